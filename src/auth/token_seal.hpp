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

// A secret as the store keeps it.
struct Sealed {
    std::string bytes;
    std::string keyId;  // which key opens it
};

// Seals what others have trusted us with for the store (XChaCha20-Poly1305) with a ring of keys drawn from secrets: the
// first seals, each opens. A seal holds only for what it is bound to, such as one user. Immutable after construction;
// may be used from any thread.
class TokenSeal {
  public:
    // At least one secret.
    explicit TokenSeal(std::span<const std::string> secrets);

    Sealed seal(std::string_view secret, std::string_view boundTo) const;

    // Unauthorized when no key of the ring sealed it for this.
    Result<std::string> open(const Sealed& sealed, std::string_view boundTo) const;

    // The same for Google's tokens, bound to their user.
    void seal(const GoogleTokens& tokens, GoogleCredential& into) const;  // sets `sealed` and `keyId` for into.user

    Result<GoogleTokens> open(const GoogleCredential& credential) const;

  private:
    struct Key {
        std::string id;
        std::array<unsigned char, 32> bytes;
    };
    std::vector<Key> keys_;
};

}  // namespace nextjob::auth
