#include "api/status_server.hpp"

#include "api/dispatcher.hpp"
#include "api/front.hpp"
#include "api/http_server.hpp"
#include "api/routes.hpp"

#include <utility>

namespace nextjob::api {

struct StatusServer::Parts {
    Parts(const HttpOptions& options, Vitals vitals, const std::shared_ptr<spdlog::logger>& log)
        : front(options, std::move(vitals)),
          dispatcher(statusRoutes(), front, nullptr, log),
          http(options, front, dispatcher, log) {
        http.start();
    }

    Front front;
    Dispatcher dispatcher;
    HttpServer http;
};

StatusServer::StatusServer(HttpOptions options, Vitals vitals, const std::shared_ptr<spdlog::logger>& log) {
    options.threads = 1;  // for somebody who looks now and then
    parts_ = std::make_unique<Parts>(options, std::move(vitals), log);
}

StatusServer::~StatusServer() = default;

std::uint16_t StatusServer::port() const { return parts_->http.port(); }

void StatusServer::sayStopping() { parts_->front.draining = true; }

}  // namespace nextjob::api
