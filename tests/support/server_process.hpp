#pragma once

#include <string>
#include <vector>

namespace nextjob {

// A server of the tests' own, run by one of the scripts beside this; gone with this object or its process.
class ServerProcess {
  public:
    explicit ServerProcess(const std::string& script, std::vector<std::string> options = {});
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    const std::string& folder() const { return folder_; }

    void stop() { tell("stop"); }
    void start() { tell("start"); }
    void freeze() { tell("freeze"); }  // takes connections and never answers
    void thaw() { tell("thaw"); }

  private:
    void tell(const std::string& command);
    std::string readLine();

    int to_ = -1, from_ = -1;
    std::string script_;
    std::string folder_;
};

}  // namespace nextjob
