#include "analyse/profile_of.hpp"

#include "analyse/score/profile_json.hpp"
#include "store/preferences.hpp"
#include "store/skills.hpp"

namespace nextjob::analyse {

Task<Result<Profile>> profileOf(store::Store& store, UserId user) {
    // The version first: a change in between then makes the score stale rather than wrong for good.
    const auto stored = co_await store.preferences().ofUser(user);
    if (!stored) co_return std::unexpected(stored.error());
    auto skills = co_await store.skills().ofUser(user);
    if (!skills) co_return std::unexpected(std::move(skills.error()));
    auto profile = readProfile(stored->json).value_or(Profile{});
    profile.version = stored->profile;
    for (auto& skill : *skills) profile.skills.push_back(std::move(skill.name));
    co_return profile;
}

}  // namespace nextjob::analyse
