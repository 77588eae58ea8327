#include "api/handlers/preferences/preferences.hpp"
#include "api/handlers/preferences/preferences_view.hpp"
#include "api/reply.hpp"

namespace nextjob::api::preferences {

Task<Response> replace(Call call) {
    auto wishes = changedWishes(call.request.body, Profile());
    if (!wishes) co_return std::move(wishes.error());
    auto kept = co_await keepWishes(call, std::move(*wishes));
    co_return kept ? std::move(*kept) : refuse(kept.error());
}

}  // namespace nextjob::api::preferences
