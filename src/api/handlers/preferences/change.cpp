#include "api/handlers/preferences/preferences.hpp"
#include "api/handlers/preferences/preferences_view.hpp"
#include "api/handlers/preferences/stored_wishes.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"

namespace nextjob::api::preferences {

namespace {

constexpr int mostAttempts = 20;

}  // namespace

Task<Response> change(Call call) {
    // Whoever changes other fields at the same moment loses nothing: then this change is made from what they left.
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        auto stored = co_await storedWishes(call.services.store.preferences(), call.request.userId);
        if (!stored) co_return refuse(stored.error());
        auto wishes = changedWishes(call.request.body, std::move(stored->wishes));
        if (!wishes) co_return std::move(wishes.error());
        auto kept = co_await keepWishes(call, std::move(*wishes), stored->profile);
        if (kept) co_return std::move(*kept);
        if (kept.error().code != ErrorCode::Conflict) co_return refuse(kept.error());
    }
    co_return refuseUntil(503, "Service Unavailable", std::chrono::seconds(1));
}

}  // namespace nextjob::api::preferences
