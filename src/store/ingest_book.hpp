#pragma once

#include "model/message_record.hpp"
#include "model/stored_offer.hpp"
#include "store/offer_key.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nextjob::store {

// Decides what a batch of sightings makes of a store: which jobs are new, which are known, what merges. Told
// first what the store holds of the jobs in question, then shown the sightings in order; says in the end what to write.
// Of one thread; the sightings must outlive it.
class IngestBook {
  public:
    struct Stored {
        OfferId offer = 0;  // 0 when it is suppressed
        Delivery outcome = Delivery::Unchanged;
    };

    // The message that offers are stored for. Without one (0) nothing is seen: an offer is new, or tells more of a job
    // that is known, or changes nothing.
    struct Origin {
        UserId user = 0;
        MessageId message = 0;
        std::string source, sourceId;
        Timestamp seenAt;  // when the mail was received
        std::optional<ProfileVersion> judgedFor =
            {};  // which profile its scores go by, where they don't say so themselves
    };
    // Where a key leads.
    struct Known {
        OfferId offer = 0;
        bool removed = false;  // deleted by the user
    };
    // Keys of one offer that were not known before, with the board that it is known by through its link.
    struct NewKeys {
        UserId user = 0;
        OfferKeys keys;
        Known known;
    };
    struct Sighting {
        OfferId offer = 0;
        MessageId message = 0;
        Timestamp seenAt;
        const OfferSighting* seen = nullptr;
    };
    // An offer that the batch has touched, as it is afterwards.
    struct Entry {
        StoredOffer offer;
        bool fresh = false;  // to be inserted
        bool touched = false;
        bool scoreChanged = false;  // these two: of a known one
        bool factsChanged = false;
    };

    // `newId` gives the id of each new offer.
    explicit IngestBook(std::function<OfferId()> newId) : newId_(std::move(newId)) {}

    // What the store holds: each key in question that is there, each board by which an offer is known that a key leads
    // to, and those offers that are not removed.
    void knowKey(UserId user, OfferKey key, Known known);
    void knowBoard(OfferId offer, Board board);
    void knowOffer(StoredOffer offer);
    void knowSighting(OfferId offer, MessageId message);  // of a message that has brought offers before

    Stored see(const Origin& origin, const OfferKeys& keys, const OfferSighting& seen);

    // What to write.
    const std::map<OfferId, Entry>& entries() const { return entries_; }  // by id; those not touched are as they were
    const std::vector<NewKeys>& newKeys() const { return newKeys_; }
    const std::vector<Sighting>& newSightings() const { return newSightings_; }
    // Offers, seen since the last time, that now know more than what they were scored by; empties the list.
    std::vector<std::pair<UserId, OfferId>> takeGrown() { return std::exchange(grown_, {}); }

  private:
    std::optional<Known> find(UserId user, std::optional<OfferKey> key) const;
    std::optional<Known> recognise(UserId user, const OfferKeys& keys) const;
    void remember(UserId user, const OfferKeys& keys, Known known);
    OfferId insert(const Origin& origin, const OfferKeys& keys, const OfferSighting& seen);
    static OfferScore scoreOf(const Origin& origin, const OfferSighting& seen);
    // Whether the offer is other than before.
    bool merge(const Origin& origin, Entry& entry, const OfferSighting& seen);

    std::function<OfferId()> newId_;
    boost::unordered_flat_map<std::pair<UserId, OfferKey>, Known> keys_;
    std::set<std::pair<OfferId, Board>> boards_;  // by whose ids an offer is known
    std::map<OfferId, Entry> entries_;
    std::set<std::pair<OfferId, MessageId>> seen_;
    std::vector<NewKeys> newKeys_;
    std::vector<Sighting> newSightings_;
    std::vector<std::pair<UserId, OfferId>> grown_;
};

}  // namespace nextjob::store
