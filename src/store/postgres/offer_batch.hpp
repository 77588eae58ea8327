#pragma once

#include "store/ingest_book.hpp"
#include "store/postgres/call.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace nextjob::store::postgres {

// Under the exclusive lock nobody else changes what a user has of offers. Those who hold the shared one, or who only
// add new ones and hold none, see each other's offers when they are committed, and may find that another was first with
// a job. Who holds none may find in the end that the user is gone.
enum class UserLock : std::uint8_t { None, Shared, Exclusive };

// Adds the lock under which offers of these users are changed; each of its rows is 0 a user's id, 1 their profile. In
// the order of the ids: of two transactions that want the same users, neither waits for the other in vain.
std::size_t addUserLock(Batch& batch, const std::set<UserId>& users, UserLock lock = UserLock::Exclusive);
inline std::size_t addUserLock(Batch& batch, UserId user) { return addUserLock(batch, std::set{user}); }

// The offers of one transaction: what to ask the server about them, and what to write after the book has seen them.
// Each is one statement, however many they are.
class OfferBatch {
  public:
    // First all keys, then the questions, then the answers, then the book, then the changes.
    void expect(UserId user, const OfferKeys& keys);
    // Without look-up every job is taken for new.
    void ask(Batch& batch, bool lookUp = true);
    // Reads the known offers, locked, and which of the messages have brought them; no round trip when none is known.
    Task<void> learn(Call& call, const std::vector<Rows>& answers, std::vector<MessageId> messages = {});
    IngestBook& book() { return book_; }
    // Fails with isUniqueViolation where a job was known that was taken for new, or another transaction was first with
    // it, and with isForeignKeyViolation where a user is gone. `rowType` as insertOffers.
    void write(Batch& batch, std::uint32_t rowType) const;

  private:
    using Asked = std::vector<std::pair<UserId, OfferKey>>;  // in order once they are

    static void askFor(Batch& batch, std::string_view keyColumn, Asked& keys);
    std::map<OfferId, UserId> learnKeys(const Rows& links, const Rows& texts);
    OfferId newId();
    Statement keysToInsert() const;
    Statement sightingsToInsert() const;

    Asked links_, texts_;
    bool lookedUp_ = false;
    std::size_t offers_ = 0;
    std::size_t first_ = 0;         // of the answers to our questions
    std::vector<OfferId> freeIds_;  // the smallest last
    IngestBook book_{[this] { return newId(); }};
};

}  // namespace nextjob::store::postgres
