#pragma once

#include "model/error.hpp"
#include "model/stored_offer.hpp"
#include "model/task.hpp"
#include "model/user.hpp"
#include "store/store.hpp"

#include <vector>

namespace nextjob::analyse {

class Scorer;

// Judges these offers of the user anew; offers that are gone meanwhile are passed over.
Task<Result<void>> rescoreSome(store::Store& store, const Scorer& scorer, UserId user, std::vector<OfferId> offers);

// Judges anew those of the user's offers that were not judged by what is known and wished for now, hidden ones too.
// Returns how many.
Task<Result<int>> rescoreStale(store::Store& store, const Scorer& scorer, UserId user);

}  // namespace nextjob::analyse
