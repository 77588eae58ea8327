#include "api/router.hpp"

#include <algorithm>
#include <stdexcept>

namespace nextjob::api {

namespace {

bool isParameter(std::string_view segment) { return segment.starts_with('{'); }

std::vector<std::string_view> split(std::string_view pattern) {
    std::vector<std::string_view> segments;
    pattern.remove_prefix(1);
    while (!pattern.empty()) {
        const auto slash = std::min(pattern.find('/'), pattern.size());
        segments.push_back(pattern.substr(0, slash));
        pattern.remove_prefix(std::min(slash + 1, pattern.size()));
    }
    return segments;
}

// Orders literals before parameters, segment by segment.
bool moreExact(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
    return std::ranges::lexicographical_compare(a, b, {}, isParameter, isParameter);
}

void addAllowed(std::string& allowed, Method method) {
    if (!allowed.empty()) allowed += ", ";
    allowed += name(method);
    if (method == Method::Get) allowed += ", HEAD";
}

}  // namespace

Router::Router(std::span<const Route> routes) {
    for (const Route& route : routes) patterns_.push_back({split(route.pattern), &route});
    std::ranges::stable_sort(patterns_, moreExact, &Pattern::segments);
    for (std::size_t i = 0; i < routes.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (routes[i].method == routes[j].method && routes[i].pattern == routes[j].pattern)
                throw std::logic_error("two routes are " + std::string(routes[i].pattern));
}

bool Router::fits(const Pattern& pattern, const std::vector<std::string>& segments) {
    return std::ranges::equal(pattern.segments, segments, [](std::string_view expected, const std::string& given) {
        return isParameter(expected) ? !given.empty() : expected == given;
    });
}

Router::Match Router::match(Method method, const std::vector<std::string>& segments) const {
    const Method wanted = method == Method::Head ? Method::Get : method;
    Match match;
    for (const Pattern& pattern : patterns_) {
        if (!fits(pattern, segments)) continue;
        addAllowed(match.allowed, pattern.route->method);
        if (pattern.route->method != wanted || match.route != nullptr) continue;
        match.route = pattern.route;
        for (std::size_t i = 0; i < segments.size(); ++i)
            if (isParameter(pattern.segments[i])) match.parameters.push_back(segments[i]);
    }
    if (!match.allowed.empty()) match.allowed += ", OPTIONS";
    return match;
}

}  // namespace nextjob::api
