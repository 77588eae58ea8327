#pragma once

#include "store/ingest_book.hpp"
#include "store/postgres/call.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nextjob::store::postgres {

// Adds the lock under which offers of these users are changed; the first of its rows is 0 the user's id, 1 their
// profile. In the order of the ids: two transactions that know the same offers follow each other, and neither waits for
// the other.
std::size_t addUserLock(Batch& batch, const std::set<UserId>& users);
inline std::size_t addUserLock(Batch& batch, UserId user) { return addUserLock(batch, std::set{user}); }

// The offers of one transaction: what to ask the server about them, and what to write after the book has seen them.
// Each is one statement, however many they are.
class OfferBatch {
  public:
    // First all keys, then the questions, then the answers, then the book, then the changes.
    void expect(UserId user, const std::vector<OfferKeys>& keys);
    void ask(Batch& batch);
    void learn(const std::vector<Rows>& answers);
    IngestBook& book() { return book_; }
    void write(Batch& batch) const;

  private:
    OfferId newId();
    Statement keysToInsert() const;
    Statement sightingsToInsert() const;

    std::set<std::pair<UserId, std::string>> asked_;
    std::size_t offers_ = 0;
    std::size_t first_ = 0;         // of the answers to our questions
    std::vector<OfferId> freeIds_;  // the smallest last
    IngestBook book_{[this] { return newId(); }};
};

}  // namespace nextjob::store::postgres
