#pragma once

#include "store/offers.hpp"
#include "store/postgres/batcher.hpp"
#include "store/postgres/database.hpp"
#include "store/postgres/deliver.hpp"
#include "store/postgres/ingest.hpp"
#include "store/postgres/list.hpp"
#include "store/postgres/look_up.hpp"

#include <vector>

namespace nextjob::store::postgres {

// The list that a filter and an order ask for.
ListQuery offerList(UserId user, const OfferFilter& filter, OfferSort sort);
// Of one user, after an id, at most so many: those that are judged by a profile of before.
const std::string& staleOffers();

class PostgresOffers final : public Offers {
  public:
    explicit PostgresOffers(Database& database);

    Task<Result<IngestReport>> ingest(std::vector<AnalysedMessage> messages) override;
    Task<Result<DeliveryReport>> deliver(DeliveredOffers offers) override;
    Task<Result<Page<StoredOffer>>> list(UserId user, OfferFilter filter, OfferSort sort, PageRequest page) override;
    Task<Result<OfferListMark>> listMark(UserId user) override;
    Task<Result<std::int64_t>> count(UserId user, OfferFilter filter) override;
    Task<Result<StoredOffer>> find(UserId user, OfferId id) override;
    Task<Result<Page<StoredSighting>>> sightings(UserId user, OfferId id, PageRequest page) override;
    Task<Result<std::vector<BroughtOffer>>> broughtBy(UserId user, MessageId message) override;
    Task<Result<StoredOffer>> setState(UserId user, OfferId id, OfferState state, std::string note) override;
    Task<Result<std::vector<StateChange>>> history(UserId user, OfferId id) override;
    Task<Result<void>> remove(UserId user, OfferId id) override;
    Task<Result<std::vector<UserId>>> usersWithStale() override;
    Task<Result<std::vector<StoredOffer>>> stale(UserId user, OfferId beyond, int limit) override;
    Task<Result<void>> rescore(UserId user, std::vector<Judgement> judgements) override;

  private:
    Database& database_;
    Deliverer deliverer_;
    Batcher<AnalysedMessages, IngestReport> ingests_;
    Batcher<DeliveredOffers, DeliveryReport> deliveries_;
    LookUp<OfferListMark> marks_;  // by user
};

}  // namespace nextjob::store::postgres
