#pragma once

#include "api/http.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::api {

// Which pages of other origins may call the API from a browser. Tokens travel in a header, never in cookies, so
// credentials need not be allowed.
class CorsPolicy {
  public:
    // Origins as browsers send them ("https://app.example.com"); "*" allows any; none allows none.
    explicit CorsPolicy(std::vector<std::string> origins) : origins_(std::move(origins)) {}

    // Adds what lets the page of this origin read the reply.
    void allow(std::string_view origin, Response& response) const;

    // The reply to OPTIONS: what the path takes, and to a browser's preflight what it may send.
    Response options(const Headers& headers, std::string_view allowed) const;

  private:
    bool allows(std::string_view origin) const;

    std::vector<std::string> origins_;
};

}  // namespace nextjob::api
