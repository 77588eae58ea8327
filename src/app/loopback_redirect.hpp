#pragma once

#include "model/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nextjob::app {

// A port of this machine to which a browser comes back from a sign-in (RFC 8252, 7.3). One use, on one thread.
class LoopbackRedirect {
  public:
    using Query = std::vector<std::pair<std::string, std::string>>;

    static Result<LoopbackRedirect> open();
    ~LoopbackRedirect();
    LoopbackRedirect(LoopbackRedirect&& other) noexcept
        : listener_(std::exchange(other.listener_, -1)), port_(other.port_) {}
    LoopbackRedirect(const LoopbackRedirect&) = delete;
    LoopbackRedirect& operator=(const LoopbackRedirect&) = delete;
    LoopbackRedirect& operator=(LoopbackRedirect&&) = delete;

    std::string uri() const;

    // The query that the browser brings, to which a page answers that says `thanks`. It may as well be a line on
    // standard input: the address that a browser on another machine ended at. Unavailable when none comes in time.
    Result<Query> wait(std::chrono::seconds patience, const std::string& thanks);

  private:
    LoopbackRedirect(int listener, std::uint16_t port) : listener_(listener), port_(port) {}

    int listener_;
    std::uint16_t port_;
};

}  // namespace nextjob::app
