#pragma once

#include "model/task.hpp"

#include <optional>
#include <string>

namespace nextjob::api {

// A reply's body that is made piece by piece while it is sent, so that it may be larger than memory. Called by one
// connection, one call at a time; what it refers to outlives the server's connections.
class BodyStream {
  public:
    virtual ~BodyStream() = default;

    // The next piece, never empty; "" at the end. Nothing when there can't be more: the connection is then cut, so that
    // the client does not take a part for the whole.
    virtual Task<std::optional<std::string>> next() = 0;
};

}  // namespace nextjob::api
