#pragma once

#include "model/error.hpp"
#include "model/message_record.hpp"
#include "model/page.hpp"
#include "model/stored_offer.hpp"
#include "model/task.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nextjob::store {

// What a batch of analysed messages did.
struct IngestReport {
    int completed = 0;  // messages that are now done or skipped
    int repeated = 0;   // messages that had ended already: nothing changed
    int offersNew = 0;
    int offersUpdated = 0;     // known offers that were seen once more
    int offersSuppressed = 0;  // offers that the user has deleted: they stay deleted
    // Offers that now know more than the mail which scored them: stale until they are judged anew.
    std::vector<std::pair<UserId, OfferId>> grown;
};

// What a delivery did.
struct DeliveryReport {
    struct Item {
        OfferId offer = 0;  // 0 when it is suppressed
        Delivery outcome = Delivery::Unchanged;
    };
    std::vector<Item> items;             // in the order given
    std::vector<std::size_t> strangers;  // the places of offers whose user is not there: nothing was stored
    std::vector<UserId> grown;           // users with offers that know more than what scored them, each once
};

// An offer that a message brought.
struct BroughtOffer {
    OfferId offer = 0;
    std::string title;
};

// The offers of each user.
class Offers {
  public:
    virtual ~Offers() = default;

    // Stores what analysis found, in one transaction: offers merged with what is known of the same job, a
    // sighting for each message and job, the ledger rows ended, their queue entries gone. May run twice with
    // no effect. Which job it is: the one with the same link key; else the one with the same text key, unless that one
    // has another id of the same board. A link key that several offers of one message share says nothing.
    virtual Task<Result<IngestReport>> ingest(std::vector<AnalysedMessage> messages) = 0;

    // Stores what services found, in one transaction, with a ledger row (done) for each message that they name and the
    // ledger lacks. What names no message leaves no ledger row and no sighting.
    // Which job an offer is, and how it merges, is as with `ingest`. May run twice with no effect.
    virtual Task<Result<DeliveryReport>> deliver(DeliveredOffers offers) = 0;

    virtual Task<Result<Page<StoredOffer>>> list(UserId user, OfferFilter filter, OfferSort sort,
                                                 PageRequest page) = 0;  // Invalid: a cursor of another order
    // The mark of every list of the user's offers that goes by what the offers themselves say. What is read with `list`
    // afterwards is as new as the mark, or newer. NotFound.
    virtual Task<Result<OfferListMark>> listMark(UserId user) = 0;
    virtual Task<Result<std::int64_t>> count(UserId user, OfferFilter filter) = 0;
    virtual Task<Result<StoredOffer>> find(UserId user, OfferId id) = 0;  // NotFound
    virtual Task<Result<Page<StoredSighting>>> sightings(UserId user, OfferId id,
                                                         PageRequest page) = 0;  // newest first; NotFound
    // Which offers the message brought, and the user still has, by id.
    virtual Task<Result<std::vector<BroughtOffer>>> broughtBy(UserId user, MessageId message) = 0;
    // The offer as it is then; a step that changes nothing and says nothing leaves no trace. NotFound.
    virtual Task<Result<StoredOffer>> setState(UserId user, OfferId id, OfferState state, std::string note) = 0;
    virtual Task<Result<std::vector<StateChange>>> history(UserId user, OfferId id) = 0;  // oldest first; NotFound
    // Deletes an offer for good: the same job in a later mail does not bring it back. NotFound.
    virtual Task<Result<void>> remove(UserId user, OfferId id) = 0;

    // A score is stale once the offer has grown or the user's skills or preferences have changed, in the same
    // transaction, and stays so until `rescore` brings one that goes by both as they are.
    virtual Task<Result<std::vector<UserId>>> usersWithStale() = 0;  // by id
    // The user's stale offers beyond that id, by id, at most `limit`.
    virtual Task<Result<std::vector<StoredOffer>>> stale(UserId user, OfferId beyond, int limit) = 0;
    // Replaces scores. Offers that are gone, or have another revision by now, are passed over.
    virtual Task<Result<void>> rescore(UserId user, std::vector<Judgement> judgements) = 0;
};

}  // namespace nextjob::store
