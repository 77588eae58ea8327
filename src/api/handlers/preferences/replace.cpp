#include "api/handlers/preferences/preferences.hpp"
#include "api/handlers/preferences/preferences_view.hpp"

namespace nextjob::api::preferences {

Task<Response> replace(Call call) {
    auto wishes = changedWishes(call.request.body, Profile());
    if (!wishes) co_return std::move(wishes.error());
    co_return co_await keepWishes(call, std::move(*wishes));
}

}  // namespace nextjob::api::preferences
