#pragma once

#include "wire/problem.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// The address of the mailbox that a delivery of Pub/Sub says has changed, in lower case; or what is wrong with its
// body:
// {"message": {"data": base64 of {"emailAddress", "historyId"}, …}, …}. Takes any bytes.
std::optional<std::string> readPushNotice(std::string_view body, wire::Problems& problems);

}  // namespace nextjob::api
