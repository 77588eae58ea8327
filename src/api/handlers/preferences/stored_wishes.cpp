#include "api/handlers/preferences/stored_wishes.hpp"

#include "analyse/score/profile_json.hpp"
#include "store/preferences.hpp"

namespace nextjob::api {

Task<Result<StoredWishes>> storedWishes(store::Preferences& preferences, UserId user) {
    const auto stored = co_await preferences.ofUser(user);
    if (!stored) co_return std::unexpected(stored.error());
    auto wishes = analyse::readProfile(stored->json);
    if (!wishes)
        co_return failure(ErrorCode::Internal, "The stored preferences can't be read: " + wishes.error().message);
    co_return StoredWishes{std::move(*wishes), stored->updated, stored->profile};
}

}  // namespace nextjob::api
