#pragma once

#include "model/stored_offer.hpp"
#include "store/sqlite/connection.hpp"

#include <optional>

namespace nextjob::store::sqlite {

// The offer, when it is this user's.
std::optional<StoredOffer> findOffer(Connection& connection, UserId user, OfferId id);

// Binds $1 to $18 of sql::insertOffer and sql::updateOfferFacts.
void bindFacts(Query& query, const OfferFacts& facts);

// Passes over an offer that is not the user's or has another revision.
void setScore(Connection& connection, UserId user, const Judgement& judgement);

}  // namespace nextjob::store::sqlite
