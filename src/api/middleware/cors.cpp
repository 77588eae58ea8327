#include "api/middleware/cors.hpp"

#include "api/reply.hpp"

#include <algorithm>

namespace nextjob::api {

bool CorsPolicy::allows(std::string_view origin) const {
    return !origin.empty() && std::ranges::any_of(origins_, [&](const std::string& allowed) {
        return allowed == "*" || allowed == origin;
    });
}

void CorsPolicy::allow(std::string_view origin, Response& response) const {
    if (origins_.empty()) return;
    response.headers.emplace_back("Vary", "Origin");
    if (!allows(origin)) return;
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Access-Control-Expose-Headers", "X-Request-ID, Retry-After, Location");
}

Response CorsPolicy::options(const Headers& headers, std::string_view allowed) const {
    Response response = noContent();
    response.headers.emplace_back("Allow", allowed);
    if (allows(headers["Origin"]) && !headers["Access-Control-Request-Method"].empty()) {
        response.headers.emplace_back("Access-Control-Allow-Methods", allowed);
        response.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-ID");
        response.headers.emplace_back("Access-Control-Max-Age", "600");
    }
    return response;
}

}  // namespace nextjob::api
