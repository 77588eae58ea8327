#pragma once

#include "store/ingest_book.hpp"
#include "store/sqlite/connection.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <set>
#include <utility>
#include <vector>

namespace nextjob::store::sqlite {

// Stores the offers of a batch of messages, inside a transaction: tells the book what the database knows of each, and
// writes what the book says at the end. The sightings must live until then.
class OfferWriter {
  public:
    explicit OfferWriter(Connection& connection);

    // The message has brought offers before: these are not stored again.
    void knowSightingsOf(MessageId message);
    IngestBook::Stored store(const IngestBook::Origin& origin, const OfferKeys& keys, const OfferSighting& seen);
    std::vector<std::pair<UserId, OfferId>> takeGrown() { return book_.takeGrown(); }
    void write();

  private:
    void learn(UserId user, const OfferKeys& keys);
    void learnOffer(UserId user, OfferId offer);
    void insert(const StoredOffer& offer);
    void insertKey(UserId user, OfferKey key, Board board, IngestBook::Known known);
    void update(const IngestBook::Entry& entry);

    Connection& connection_;
    OfferId lastOffer_;
    IngestBook book_{[this] { return ++lastOffer_; }};
    boost::unordered_flat_set<std::pair<UserId, OfferKey>> learnt_;
    std::set<OfferId> learntOffers_;
};

}  // namespace nextjob::store::sqlite
