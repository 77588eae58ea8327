#pragma once

#include "model/user.hpp"
#include "text/timestamp.hpp"
#include "wire/write.hpp"

#include <string>

namespace nextjob::api {

// A user as the user sees it.
struct UserView {
    UserId id = 0;
    std::string email;
    std::string fullName;
    bool isActive = true;
    bool isVerified = false;
    bool isSuperuser = false;
    std::string createdAt;
};
BOOST_DESCRIBE_STRUCT(UserView, (), (id, email, fullName, isActive, isVerified, isSuperuser, createdAt))

inline UserView view(const User& user) {
    return {user.id,
            user.email,
            user.fullName,
            user.isActive,
            user.isVerified,
            user.isSuperuser,
            text::timestamp(user.created)};
}

}  // namespace nextjob::api
