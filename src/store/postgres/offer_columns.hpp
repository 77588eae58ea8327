#pragma once

#include "model/stored_offer.hpp"
#include "store/postgres/values.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace nextjob::store::postgres {

// What is known of many offers, a column a field, as the statements below take it.
class FactColumns {
  public:
    FactColumns();
    void add(const OfferFacts& facts);
    void takeInto(Statement& statement);  // adds the columns as parameters

  private:
    std::vector<Column> columns_;
};

// Each for a whole batch.
// `rowType` is the server's number for the type of the table's rows.
Statement insertOffers(std::span<const StoredOffer* const> offers, std::uint32_t rowType);
Statement updateFacts(const std::vector<const StoredOffer*>& offers);
// When the offer was seen, how often, and its score.
Statement updateSeen(const std::vector<const StoredOffer*>& offers);
// Scores of one user's offers; those of another revision are passed over.
Statement updateScores(UserId user, const std::vector<Judgement>& judgements);

}  // namespace nextjob::store::postgres
