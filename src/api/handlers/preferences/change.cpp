#include "api/handlers/preferences/preferences.hpp"
#include "api/handlers/preferences/preferences_view.hpp"
#include "api/handlers/preferences/stored_wishes.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"

namespace nextjob::api::preferences {

Task<Response> change(Call call) {
    auto stored = co_await storedWishes(call.services.store.preferences(), call.request.userId);
    if (!stored) co_return refuse(stored.error());
    auto wishes = changedWishes(call.request.body, std::move(stored->wishes));
    if (!wishes) co_return std::move(wishes.error());
    co_return co_await keepWishes(call, std::move(*wishes));
}

}  // namespace nextjob::api::preferences
