#pragma once

#include "api/handlers/auth/credentials.hpp"
#include "api/http.hpp"
#include "model/task.hpp"
#include "model/user.hpp"
#include "wire/read.hpp"

#include <optional>

namespace nextjob::api {

struct Services;

// What users may change of themselves; privileges are not among it.
struct UserChange {
    std::optional<wire::Email> email;
    std::optional<Password> password;
    std::optional<wire::Text<0, 200>> fullName;
};
BOOST_DESCRIBE_STRUCT(UserChange, (), (email, password, fullName))

// What superusers may change of anyone.
struct AdministeredChange : UserChange {
    std::optional<bool> isActive;
    std::optional<bool> isVerified;
    std::optional<bool> isSuperuser;
};
BOOST_DESCRIBE_STRUCT(AdministeredChange, (UserChange), (isActive, isVerified, isSuperuser))

// Carries a change out and answers with the user as they are then. A new address is unverified unless the change says
// otherwise; a new password or a bar ends every session of the user. With a proof of who the user is the change is made
// only while it holds, else 409.
Task<Response> changeUser(Services* services, UserId user, AdministeredChange change,
                          std::optional<Credentials> proved = std::nullopt);

}  // namespace nextjob::api
