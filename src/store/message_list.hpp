#pragma once

#include "store/list.hpp"
#include "store/messages.hpp"

namespace nextjob::store {

// Messages::list: which rows, newest first.
ListQuery messageList(UserId user, const MessageFilter& filter);

}  // namespace nextjob::store
