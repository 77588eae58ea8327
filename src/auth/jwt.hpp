#pragma once

#include "auth/jose_key.hpp"
#include "model/error.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::auth {

// Signs and verifies JWTs by HMAC-SHA-256 with a ring of keys: the first signs, each verifies, so that a key can be
// replaced while tokens of the old one live. The header names the key by an id that tells nothing of it.
// Immutable after construction; may be used from any thread.
class JwtKeys {
  public:
    // At least one secret, each of 32 bytes or more; throws std::invalid_argument otherwise.
    explicit JwtKeys(std::span<const std::string> secrets);

    // The claims are a JSON object's text.
    std::string sign(std::string_view claims) const;

    // The claims' text of a token that one of the keys signed. Unauthorized for all else: "alg" other than HS256, a
    // strange key id, a wrong signature, broken form, over 4 KB. Says nothing about expiry: the claims' reader does.
    Result<std::string> verify(std::string_view token) const;

  private:
    std::vector<JoseKey> keys_;
};

}  // namespace nextjob::auth
