#pragma once

#include "api/route.hpp"
#include "model/error.hpp"
#include "model/user.hpp"
#include "wire/read.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// Long enough to resist guessing, short enough to be hashed at once.
inline constexpr std::size_t minimumPassword = 8;
inline constexpr std::size_t maximumPassword = 1024;

inline constexpr std::string_view registrationClosed =
    "This server takes no new accounts by itself. Ask whoever runs it for one.";

using Password = wire::Text<minimumPassword, maximumPassword>;

// What came of hashing a new password; 422 that names the field when the password is in common use.
Response refusePassword(const Error& error, std::string_view field);

// 429 when this client has made the server hash passwords, or send mails, too often; takes a use otherwise.
std::optional<Response> tooManyCredentials(Call call);

// The same for a mail that anyone can have sent to this address.
std::optional<Response> letterRefused(Call call, std::string_view email);

// 429 when sign-ins to this account have failed too often, from this client or from many.
std::optional<Response> tooManyFailures(Call call, std::string_view account);
void countFailure(Call call, std::string_view account);

// The signed-in user, whose password this is; 400 when it is not, and 429 after several wrong ones.
Task<std::expected<Credentials, Response>> provePassword(Call call, std::string password);

// 409: between the proof of a password and the change that it was for, another one came.
Response changedMeanwhile();

}  // namespace nextjob::api
