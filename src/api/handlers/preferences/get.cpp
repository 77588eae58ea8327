#include "api/handlers/preferences/preferences.hpp"
#include "api/handlers/preferences/preferences_view.hpp"
#include "api/handlers/preferences/stored_wishes.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"

namespace nextjob::api::preferences {

Task<Response> get(Call call) {
    const auto stored = co_await storedWishes(call.services.store.preferences(), call.request.userId);
    co_return stored ? okJson(preferencesJson(stored->wishes, stored->updated)) : refuse(stored.error());
}

}  // namespace nextjob::api::preferences
