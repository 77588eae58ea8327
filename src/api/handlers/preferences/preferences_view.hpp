#pragma once

#include "api/http.hpp"
#include "api/route.hpp"
#include "model/error.hpp"
#include "model/preferences.hpp"
#include "model/profile.hpp"

#include <expected>
#include <optional>
#include <string>

namespace nextjob::api {

// Wishes as the API shows them, all fields there, as JSON.
std::string preferencesJson(const Profile& wishes, std::optional<Timestamp> updated);

// The wishes after a body of PUT or PATCH: what it leaves out stays as in `before`, null empties. A refusal that names
// each wrong field otherwise.
std::expected<Profile, Response> changedWishes(const std::string& body, Profile before);

// Keeps the wishes, has the offers judged anew, and answers with what is kept. With `whileProfile` as
// store::Preferences::set.
Task<Result<Response>> keepWishes(Call call, Profile wishes, std::optional<ProfileVersion> whileProfile = {});

}  // namespace nextjob::api
