#include "analyse/rescore.hpp"

#include "analyse/profile_of.hpp"
#include "analyse/score/scorer.hpp"
#include "store/offers.hpp"

#include <utility>

namespace nextjob::analyse {

namespace {

constexpr int batchOffers = 500;

using Scores = std::vector<std::pair<OfferId, OfferScore>>;

}  // namespace

Task<Result<void>> rescoreSome(store::Store& store, const Scorer& scorer, UserId user, std::vector<OfferId> offers) {
    const auto profile = co_await profileOf(store, user);
    if (!profile) co_return std::unexpected(profile.error());
    Scores scores;
    for (const auto id : offers) {
        const auto offer = co_await store.offers().find(user, id);
        if (offer) scores.emplace_back(id, toOfferScore(scorer.score(offer->facts, *profile)));
    }
    co_return co_await store.offers().rescore(user, std::move(scores));
}

Task<Result<int>> rescoreAll(store::Store& store, const Scorer& scorer, UserId user) {
    const auto profile = co_await profileOf(store, user);
    if (!profile) co_return std::unexpected(profile.error());
    const OfferFilter everyState{.states = {OfferState::New, OfferState::Saved, OfferState::Applied,
                                            OfferState::Interview, OfferState::Rejected, OfferState::Offered,
                                            OfferState::Hidden}};
    // By first sight: an order that the scores, which change under the walk, have no part in.
    const OfferSort order{.by = OfferOrder::FirstSeen, .descending = false};
    int count = 0;
    PageRequest request{.limit = batchOffers};
    do {
        auto page = co_await store.offers().list(user, everyState, order, request);
        if (!page) co_return std::unexpected(std::move(page.error()));
        Scores scores;
        for (const auto& offer : page->items)
            scores.emplace_back(offer.id, toOfferScore(scorer.score(offer.facts, *profile)));
        count += static_cast<int>(scores.size());
        auto stored = co_await store.offers().rescore(user, std::move(scores));
        if (!stored) co_return std::unexpected(std::move(stored.error()));
        request.cursor = std::move(page->next);
    } while (!request.cursor.empty());
    co_return count;
}

}  // namespace nextjob::analyse
