#pragma once

#include "api/body_source.hpp"
#include "api/front.hpp"
#include "api/router.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <span>

namespace nextjob::api {

// From a request's header to its reply: finds the route, checks who calls, lets the body be read, calls the handler. It
// is the boundary of a request: what a handler throws ends here, in the log and a 500. Shared by all threads.
class Dispatcher {
  public:
    // `services` is null where no route needs them; throws std::logic_error when one does.
    Dispatcher(std::span<const Route> routes, Front& front, Services* services, std::shared_ptr<spdlog::logger> log);

    struct Answer {
        Response response;
        std::string_view route;  // the pattern, "" when none was found; for the log
    };
    Task<Answer> answer(Exchange exchange);

  private:
    Task<Answer> answerOrApologise(Exchange exchange);
    Task<Answer> dispatch(Exchange exchange);
    Task<Response> call(const Route* route, Exchange exchange);
    Task<std::optional<Response>> readBody(const Route& route, Exchange exchange);
    Task<Response> handle(const Route& route, Request& request);
    bool hostAllowed(std::string_view host) const;

    Router router_;
    Front& front_;
    Services* const services_;
    std::shared_ptr<spdlog::logger> log_;
};

}  // namespace nextjob::api
