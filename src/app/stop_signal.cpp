#include "app/stop_signal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace nextjob::app {

namespace {

// A signal handler reaches nothing but globals. The pipe wakes the thread that waits, whichever thread is hit.
std::atomic<bool> stopAsked{false};
std::array<int, 2> wakeUp{-1, -1};

static_assert(std::atomic<bool>::is_always_lock_free);

void onSignal(int number) {
    if (stopAsked.exchange(true)) {
        std::signal(number, SIG_DFL);
        ::raise(number);
        return;
    }
    const int before = errno;
    [[maybe_unused]] const auto written = ::write(wakeUp[1], "", 1);
    errno = before;
}

}  // namespace

StopSignal::StopSignal() {
    stopAsked = false;
    if (::pipe2(wakeUp.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("cannot make a pipe for signals");
    struct sigaction action{};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

StopSignal::~StopSignal() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    for (const int end : wakeUp) ::close(end);
}

bool StopSignal::asked() const { return stopAsked; }

void StopSignal::wait() const {
    while (!stopAsked) {
        pollfd end{.fd = wakeUp[0], .events = POLLIN, .revents = 0};
        ::poll(&end, 1, -1);
    }
}

}  // namespace nextjob::app
