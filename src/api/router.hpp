#pragma once

#include "api/route.hpp"

#include <span>
#include <string>
#include <vector>

namespace nextjob::api {

// Finds the route of a request. Literal segments go before parameters: "/users/me" before "/users/{id}". A trailing
// slash makes no difference. Immutable after construction; may be used from any thread.
class Router {
  public:
    // Keeps a view of the routes. Throws std::logic_error when two are the same.
    explicit Router(std::span<const Route> routes);

    struct Match {
        const Route* route = nullptr;         // null when nothing here takes the method
        std::vector<std::string> parameters;  // of the route
        std::string allowed;  // "GET, HEAD, OPTIONS": what this path takes; empty when there is no such path
    };

    // HEAD finds the route of GET.
    Match match(Method method, const std::vector<std::string>& segments) const;

  private:
    struct Pattern {
        std::vector<std::string_view> segments;
        const Route* route;
    };
    static bool fits(const Pattern& pattern, const std::vector<std::string>& segments);

    std::vector<Pattern> patterns_;  // literal segments first
};

}  // namespace nextjob::api
