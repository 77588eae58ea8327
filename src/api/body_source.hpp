#pragma once

#include "api/route.hpp"
#include "model/task.hpp"

#include <optional>

namespace nextjob::api {

struct Spool;

// The body of the request that is being answered, still on the wire.
class BodySource {
  public:
    virtual ~BodySource() = default;

    // Reads it into Request::body, as the route wants it. What is wrong with its type or size comes back as a refusal.
    virtual Task<std::optional<Response>> read(Body kind) = 0;

    // Reads it into Request::upload, a file in the spool; the same.
    virtual Task<std::optional<Response>> receive(Spool& spool) = 0;
};

// What one answer needs. Small enough to be passed by value; what it refers to outlives the answer.
struct Exchange {
    Request& request;
    BodySource& body;
};

}  // namespace nextjob::api
