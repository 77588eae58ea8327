#include "support/redis_server.hpp"

#include <fmt/format.h>

#include <fstream>

namespace nextjob {

RedisServer& RedisServer::shared() {
    static RedisServer server;
    return server;
}

std::string RedisServer::freshUrl() { return fmt::format("unix://{}/redis.sock?db={}", folder(), ++databases_); }

std::string GuardedRedisServer::url(const std::string& identity, const std::string& host) const {
    int port = 0;
    std::ifstream(folder() + "/port") >> port;
    return fmt::format("rediss://{}@{}:{}/0?cafile={}/ca.pem", identity, host, port, folder());
}

}  // namespace nextjob
