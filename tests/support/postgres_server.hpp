#pragma once

#include "support/server_process.hpp"

#include <string>

namespace nextjob {

// A PostgreSQL server of the tests' own (postgres_server.py beside this), gone with this object or its process.
class PostgresServer : public ServerProcess {
  public:
    PostgresServer() : ServerProcess("postgres_server.py") {}

    // One for all tests of this process, started when it is first asked for.
    static PostgresServer& shared();

    std::string url(const std::string& database) const;
    std::string freshUrl();  // of a new, empty database

  private:
    int databases_ = 0;
};

}  // namespace nextjob
