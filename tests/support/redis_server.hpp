#pragma once

#include "support/server_process.hpp"

#include <string>

namespace nextjob {

// A Redis server of the tests' own (redis_server.py beside this), gone with this object or its process.
class RedisServer : public ServerProcess {
  public:
    RedisServer() : ServerProcess("redis_server.py") {}

    // One for all tests of this process, started when it is first asked for.
    static RedisServer& shared();

    std::string freshUrl();  // of a database that nobody has used

  private:
    int databases_ = 0;
};

// One that speaks TLS only and asks for user and password; the script says which.
class GuardedRedisServer : public ServerProcess {
  public:
    GuardedRedisServer() : ServerProcess("redis_server.py", {"--guarded"}) {}

    // `identity` is what stands before the @.
    std::string url(const std::string& identity, const std::string& host = "localhost") const;
};

}  // namespace nextjob
