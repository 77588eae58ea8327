#pragma once

#include "net/http/http_client.hpp"

#include <sys/types.h>

#include <string>

namespace nextjob::test {

// tests/fakes/google as a process of its own, from construction to destruction.
class GoogleProcess {
  public:
    // Throws std::runtime_error when it does not start.
    explicit GoogleProcess(net::HttpClient& http);
    ~GoogleProcess();
    GoogleProcess(const GoogleProcess&) = delete;
    GoogleProcess& operator=(const GoogleProcess&) = delete;

    const std::string& url() const { return url_; }

    // What its control_NAME returns for these arguments; all JSON. Throws when that says no.
    std::string tell(const std::string& name, const std::string& arguments = "{}");

  private:
    net::HttpClient& http_;
    pid_t process_ = 0;
    int input_ = -1;  // it ends with this
    std::string url_;
};

}  // namespace nextjob::test
