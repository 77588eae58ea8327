#pragma once

#include "api/http.hpp"
#include "api/upload.hpp"
#include "model/session.hpp"
#include "model/task.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nextjob::api {

struct Front;
struct Services;

// Who may call a route. It is checked from the header alone, before any of the body is read.
enum class Access : std::uint8_t {
    Public,
    User,       // a valid access token; Request::userId is its user
    Superuser,  // the same, of a user who may see to all others
    Service,    // a service's token with the route's right; Request::service is its name
    Push,       // Google, which says that a mailbox has changed: a token of the account that its pushes are signed as
    Operator,   // who looks after this machine: the metrics token, or, where none is set, a client on this machine
};

// What body a route takes, which decides how it is read and what it may weigh.
enum class Body : std::uint8_t {
    None,    // a small one is read and dropped
    Json,    // in Request::body, up to Limits::bodyBytes
    Batch,   // JSON up to Limits::batchBytes
    Found,   // JSON up to Limits::parcelBytes
    Parcel,  // mails (wire/parcel.hpp), the same
    Form,    // application/x-www-form-urlencoded, the same
    Upload,  // streamed to a file: Request::upload, up to Limits::uploadBytes
};

// One request as its handler sees it. Owned by the connection, which lives until the handler has returned.
struct Request {
    Method method = Method::Get;
    Target target;
    Headers headers;
    std::string body;
    std::unique_ptr<Upload> upload;       // for Body::Upload
    std::vector<std::string> parameters;  // the path's {…}, in order
    UserId userId = 0;                    // for Access::User, as is the next; and whom a sign-in let in, for the log
    SessionId sessionId = 0;
    std::string service;  // for Access::Service
    std::string id;       // of the request, for logs and replies
    std::string reason;   // why it is refused, for the log where the reply must not tell; holds nothing of a user's
    std::string client;   // the peer's address; for rate limits, never for the log
};

// What a handler is called with. Small enough to be passed by value; what it refers to outlives the call.
struct Call {
    Front& front;
    Services& services;
    Request& request;
};

// The same for the handlers that every server has.
struct FrontCall {
    Front& front;
    Request& request;
};

using ApiHandler = Task<Response> (*)(Call);
using FrontHandler = Task<Response> (*)(FrontCall);
using Handler = std::variant<ApiHandler, FrontHandler>;

struct Route {
    Method method;
    std::string_view pattern;  // "/job-offers/{id}"
    Access access;
    Body body;
    Handler handler;
    std::string_view right = {};  // for Access::Service: one of auth::service_right

    // Whether it is one of the API's; others are good for any server.
    constexpr bool needsServices() const {
        return std::holds_alternative<ApiHandler>(handler) || body == Body::Upload
               || (access != Access::Public && access != Access::Operator);
    }
};

}  // namespace nextjob::api
