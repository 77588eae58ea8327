#pragma once

#include <string>

namespace nextjob {

// A PostgreSQL server of the tests' own (postgres_server.py beside this), gone with this object or its process.
class PostgresServer {
  public:
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    // One for all tests of this process, started when it is first asked for.
    static PostgresServer& shared();

    std::string url(const std::string& database) const;
    std::string freshUrl();  // of a new, empty database

    void stop() { tell("stop"); }
    void start() { tell("start"); }
    void freeze() { tell("freeze"); }  // takes connections and never answers
    void thaw() { tell("thaw"); }

  private:
    void tell(const std::string& command);
    std::string readLine();

    int to_ = -1, from_ = -1;
    std::string folder_;
    int databases_ = 0;
};

}  // namespace nextjob
