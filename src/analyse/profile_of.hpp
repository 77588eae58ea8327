#pragma once

#include "model/error.hpp"
#include "model/profile.hpp"
#include "model/task.hpp"
#include "model/user.hpp"
#include "store/store.hpp"

namespace nextjob::analyse {

// What the user can do and wants, by which offers are scored. Preferences that can't be read count as none.
Task<Result<Profile>> profileOf(store::Store& store, UserId user);

}  // namespace nextjob::analyse
