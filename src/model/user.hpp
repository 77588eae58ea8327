#pragma once

#include "model/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace nextjob {

using UserId = std::int64_t;

struct User {
    UserId id = 0;
    std::string email;  // as it was registered; compared without regard to case
    std::string fullName;
    bool isActive = true;
    bool isVerified = false;
    bool isSuperuser = false;
    Timestamp created;
};

struct NewUser {
    std::string email;
    std::string passwordHash;  // made by auth, opaque here; "" when the user can't sign in with a password
    std::string fullName;
    bool isVerified = false;
    bool isSuperuser = false;
};

// What to change of a user; what is left empty stays as it is.
struct UserChanges {
    std::optional<std::string> email, passwordHash, fullName;
    std::optional<bool> isActive, isVerified, isSuperuser;
    // Nothing is changed unless these, where they are given, are still the user's.
    std::optional<std::string> whileEmail, whilePasswordHash;
};

// A user together with what proves who they are.
struct Credentials {
    User user;
    std::string passwordHash;
};

}  // namespace nextjob
