#include "analyse/rescore.hpp"

#include "analyse/profile_of.hpp"
#include "analyse/score/scorer.hpp"
#include "store/offers.hpp"

#include <utility>

namespace nextjob::analyse {

namespace {

constexpr int batchOffers = 500;

Judgement judge(const StoredOffer& offer, const Scorer& scorer, const Profile& profile) {
    return {.offer = offer.id, .revision = offer.revision, .score = toOfferScore(scorer.score(offer.facts, profile))};
}

}  // namespace

Task<Result<void>> rescoreSome(store::Store& store, const Scorer& scorer, UserId user, std::vector<OfferId> offers) {
    const auto profile = co_await profileOf(store, user);
    if (!profile) co_return std::unexpected(profile.error());
    std::vector<Judgement> judgements;
    for (const auto id : offers) {
        const auto offer = co_await store.offers().find(user, id);
        if (offer) judgements.push_back(judge(*offer, scorer, *profile));
    }
    co_return co_await store.offers().rescore(user, std::move(judgements));
}

Task<Result<int>> rescoreStale(store::Store& store, const Scorer& scorer, UserId user) {
    int count = 0;
    OfferId last = 0;
    while (true) {
        // Anew for each batch: the wishes may change under the walk.
        const auto profile = co_await profileOf(store, user);
        if (!profile) co_return std::unexpected(profile.error());
        const auto offers = co_await store.offers().stale(user, last, batchOffers);
        if (!offers) co_return std::unexpected(offers.error());
        if (offers->empty()) co_return count;
        std::vector<Judgement> judgements;
        for (const auto& offer : *offers) judgements.push_back(judge(offer, scorer, *profile));
        auto stored = co_await store.offers().rescore(user, std::move(judgements));
        if (!stored) co_return std::unexpected(std::move(stored.error()));
        count += static_cast<int>(offers->size());
        last = offers->back().id;
    }
}

}  // namespace nextjob::analyse
