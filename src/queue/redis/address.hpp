#pragma once

#include "model/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::queue::redis {

// Where a Redis server is and who we are there; what REDIS_URL says:
//   redis://user:password@host:6379/0     rediss://… over TLS     unix:///run/redis/redis.sock?db=0
// User, password, port and database may be left out; "redis://:password@host" has the default user's password. TLS
// takes ?cafile=FILE for a certificate authority of one's own, and certfile=FILE&keyfile=FILE where the server asks for
// ours.
struct Address {
    std::string socketPath;  // not over the network when it is set
    std::string host;
    std::uint16_t port = 6379;
    bool tls = false;
    std::string caFile, certificateFile, keyFile;  // PEM; "" for the system's authorities, and no certificate of ours
    std::string user, password;
    int database = 0;

    // For messages: without user and password.
    std::string shown() const;
};

// Invalid says what is wrong, and never repeats the password.
Result<Address> parseAddress(std::string_view url);

}  // namespace nextjob::queue::redis
