#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nextjob::auth {

// URL-safe text of this many random bytes (base64url without padding). libsodium must be initialised.
std::string randomToken(std::size_t bytes);

// What is stored in place of a token: BLAKE2b in hex. Needs no salt, since the tokens are 32 random bytes.
std::string tokenHash(std::string_view token);

}  // namespace nextjob::auth
