#pragma once

#include "auth/jose_key.hpp"
#include "model/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::auth {

// The id of the key that signed a token, as its header says; "" for what is no token. Nothing of it is verified.
std::string keyIdOf(std::string_view token);

// Public keys that sign tokens with RSA (RFC 7517). Immutable; may be used from any thread.
class KeySet {
  public:
    // Keys of other kinds, or under 2048 bits, are passed over; Invalid for what is no set of keys.
    static Result<KeySet> parse(std::string_view json);

    bool has(std::string_view id) const;

    // The claims' text of a token that one of the keys signed by RS256. Unauthorized for all else: another "alg", a
    // strange key id, a wrong signature, broken form, over 8 KB.
    Result<std::string> verify(std::string_view token) const;

  private:
    std::vector<JoseKey> keys_;
};

}  // namespace nextjob::auth
