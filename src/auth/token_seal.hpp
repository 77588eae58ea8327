#pragma once

#include "model/error.hpp"
#include "model/google_credential.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::auth {

// What a Google account gave us.
struct GoogleTokens {
    std::string access;
    std::string refresh;
};

// Seals Google tokens for the store (XChaCha20-Poly1305) with a ring of keys drawn from secrets: the first seals, each
// opens. A seal holds for one user only. Immutable after construction; may be used from any thread.
class TokenSeal {
  public:
    // At least one secret.
    explicit TokenSeal(std::span<const std::string> secrets);

    void seal(const GoogleTokens& tokens, GoogleCredential& into) const;  // sets `sealed` and `keyId` for into.user

    // Unauthorized when no key of the ring sealed them for this user.
    Result<GoogleTokens> open(const GoogleCredential& credential) const;

  private:
    struct Key {
        std::string id;
        std::array<unsigned char, 32> bytes;
    };
    std::vector<Key> keys_;
};

}  // namespace nextjob::auth
