#include "api/routes.hpp"
#include "model/embedded.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

// The table of routes against docs/openapi.yaml; the functional tests hold the replies against it.
namespace nextjob::api {

namespace {

namespace json = boost::json;

const json::object& document() {
    static const json::value parsed = json::parse(embedded("api/openapi.json"));
    return parsed.get_object();
}

const json::object* operationOf(const Route& route) {
    const auto* path = document().at("paths").get_object().if_contains(route.pattern);
    if (path == nullptr) return nullptr;
    std::string method(name(route.method));
    std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    const auto* operation = path->get_object().if_contains(method);
    return operation == nullptr ? nullptr : &operation->get_object();
}

std::string describe(const Route& route) { return std::string(name(route.method)) + " " + std::string(route.pattern); }

std::set<std::string> schemesOf(const json::object& operation) {
    std::set<std::string> schemes;
    for (const auto& requirement : operation.at("security").get_array())
        for (const auto& [scheme, scopes] : requirement.get_object()) schemes.insert(scheme);
    return schemes;
}

std::set<std::string> schemesOf(Access access) {
    switch (access) {
        case Access::Public: return {};
        case Access::User:
        case Access::Superuser: return {"accessToken"};
        case Access::Service: return {"serviceToken"};
        case Access::Push: return {"googlePush"};
        case Access::Operator: return {"metricsToken"};
    }
    return {"none"};
}

std::set<std::string> statusesOf(const json::object& operation) {
    std::set<std::string> statuses;
    for (const auto& [status, response] : operation.at("responses").get_object()) statuses.insert(status);
    return statuses;
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
    std::set<std::string> described;
    for (const auto& [path, item] : document().at("paths").get_object())
        for (const auto& [method, operation] : item.get_object()) {
            if (method == "parameters") continue;
            std::string upper(method);
            std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            described.insert(upper + " " + std::string(path));
        }
    std::set<std::string> served;
    for (const Route& route : routes()) served.insert(describe(route));
    EXPECT_EQ(described, served);
}

TEST(OpenApi, SaysWhoMayCall) {
    for (const Route& route : routes()) {
        const auto* operation = operationOf(route);
        ASSERT_NE(operation, nullptr) << describe(route);
        EXPECT_EQ(schemesOf(*operation), schemesOf(route.access)) << describe(route);
        const auto statuses = statusesOf(*operation);
        EXPECT_TRUE(route.access == Access::Public || statuses.contains("401")) << describe(route);
        const bool limited =
            route.access == Access::Superuser || route.access == Access::Service || route.access == Access::Operator;
        EXPECT_TRUE(!limited || statuses.contains("403")) << describe(route);
    }
}

TEST(OpenApi, SaysWhichBodiesAreTaken) {
    for (const Route& route : routes()) {
        const auto* operation = operationOf(route);
        ASSERT_NE(operation, nullptr) << describe(route);
        const auto* body = operation->if_contains("requestBody");
        ASSERT_EQ(body != nullptr, route.body != Body::None) << describe(route);
        if (body == nullptr) continue;
        const auto& content = body->get_object().at("content").get_object();
        const bool json = route.body == Body::Json || route.body == Body::Batch;
        EXPECT_TRUE(!json || content.contains("application/json")) << describe(route);
        EXPECT_TRUE(route.body != Body::Form || content.contains("application/x-www-form-urlencoded"))
            << describe(route);
        for (const char* status : {"413", "415", "422"})
            EXPECT_TRUE(statusesOf(*operation).contains(status)) << describe(route) << ' ' << status;
    }
}

TEST(OpenApi, HasEveryPartThatItRefersTo) {
    const std::string text(embedded("api/openapi.json"));
    constexpr std::string_view mark = R"("$ref":"#)";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const auto begin = at + mark.size();
        const std::string pointer = text.substr(begin, text.find('"', begin) - begin);
        boost::system::error_code missing;
        json::value(document()).find_pointer(pointer, missing);
        EXPECT_FALSE(missing) << pointer;
    }
}

}  // namespace

}  // namespace nextjob::api
