#include "api/dispatcher.hpp"

#include "api/middleware/authorize.hpp"
#include "api/middleware/compress.hpp"
#include "api/middleware/conditional.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "wire/write.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace nextjob::api {

namespace {

struct FaultLine {
    std::string_view event;
    std::string_view requestId;
    std::string_view error;
};
BOOST_DESCRIBE_STRUCT(FaultLine, (), (event, requestId, error))

std::string_view withoutPort(std::string_view host) {
    const auto colon = host.rfind(':');
    if (colon == std::string_view::npos || host.ends_with(']')) return host;
    return host.substr(0, colon);
}

}  // namespace

Dispatcher::Dispatcher(std::span<const Route> routes, Front& front, Services* services,
                       std::shared_ptr<spdlog::logger> log)
    : router_(routes), front_(front), services_(services), log_(std::move(log)) {
    if (services_ == nullptr && std::ranges::any_of(routes, &Route::needsServices))
        throw std::logic_error("a server without the API's services has none of its routes");
}

bool Dispatcher::hostAllowed(std::string_view host) const {
    const auto& allowed = front_.allowedHosts;
    return allowed.empty() || std::ranges::any_of(allowed, [name = withoutPort(host)](const std::string& one) {
               return one == "*" || equalIgnoringCase(one, name);
           });
}

Task<Dispatcher::Answer> Dispatcher::answer(Exchange exchange) {
    const auto began = std::chrono::steady_clock::now();
    Answer answer = co_await answerOrApologise(exchange);
    front_.metrics.countRequest(name(exchange.request.method), answer.route, answer.response.status,
                                std::chrono::steady_clock::now() - began);
    co_return answer;
}

Task<Dispatcher::Answer> Dispatcher::answerOrApologise(Exchange exchange) {
    std::string fault;
    try {
        co_return co_await dispatch(exchange);
    } catch (const std::exception& error) {
        fault = error.what();
    }
    log_->error(wire::write(FaultLine{"fault", exchange.request.id, fault}));
    co_return Answer{refuse(500, "Internal Server Error"), {}};
}

Task<Dispatcher::Answer> Dispatcher::dispatch(Exchange exchange) {
    Request& request = exchange.request;
    if (!hostAllowed(request.headers["Host"])) co_return Answer{refuse(400, "Invalid host header"), {}};
    if (request.method == Method::Options && request.target.path == "*")
        co_return Answer{front_.cors.options(request.headers, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"), "*"};
    Router::Match match = router_.match(request.method, request.target.segments);
    if (match.allowed.empty()) co_return Answer{refuse(404, "Not Found"), {}};
    if (request.method == Method::Options) co_return Answer{front_.cors.options(request.headers, match.allowed), "*"};
    if (match.route == nullptr) {
        Response response = refuse(405, "Method Not Allowed");
        response.headers.emplace_back("Allow", match.allowed);
        co_return Answer{std::move(response), {}};
    }
    request.parameters = std::move(match.parameters);
    Response response = co_await call(match.route, exchange);
    co_return Answer{std::move(response), match.route->pattern};
}

Task<Response> Dispatcher::call(const Route* route, Exchange exchange) {
    const Headers& headers = exchange.request.headers;
    if (auto refusal = co_await authorize({front_, exchange.request}, services_, route)) co_return std::move(*refusal);
    if (auto refusal = co_await readBody(*route, exchange)) co_return std::move(*refusal);
    Response response = co_await handle(*route, exchange.request);
    if (route->method == Method::Get && route->access == Access::User)
        answerConditionally(headers["If-None-Match"], response);
    // Not what a POST brings: tokens among it.
    if (route->method == Method::Get) compress(headers["Accept-Encoding"], response);
    co_return response;
}

Task<std::optional<Response>> Dispatcher::readBody(const Route& route, Exchange exchange) {
    return route.body == Body::Upload ? exchange.body.receive(services_->spool) : exchange.body.read(route.body);
}

Task<Response> Dispatcher::handle(const Route& route, Request& request) {
    if (const auto* handler = std::get_if<FrontHandler>(&route.handler)) return (*handler)({front_, request});
    return std::get<ApiHandler>(route.handler)({front_, *services_, request});
}

}  // namespace nextjob::api
