#include "app/housekeeping.hpp"

#include "model/run_task.hpp"
#include "model/time.hpp"
#include "observe/log.hpp"
#include "store/sessions.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <chrono>

namespace nextjob::app {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::hours betweenTidying{1};
constexpr std::chrono::seconds betweenTrims{5};
// A stolen refresh token that is used late still finds its session, which then tells of the theft.
constexpr std::chrono::days sessionsKept{7};

// glibc keeps what a burst of work has freed, between the few pieces that stay; a millisecond each time gives it back.
void returnMemory() {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

}  // namespace

Housekeeping::Housekeeping(store::Store& store, std::shared_ptr<spdlog::logger> log)
    : store_(store), log_(std::move(log)), thread_([this] { run(); }) {}

Housekeeping::~Housekeeping() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_one();
    thread_.join();
}

void Housekeeping::run() {
    auto nextTidying = Clock::now();
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        if (Clock::now() >= nextTidying) {
            tidy();
            nextTidying = Clock::now() + betweenTidying;
        }
        returnMemory();
        lock.lock();
        stopped_.wait_for(lock, betweenTrims, [this] { return stopping_; });
    }
}

void Housekeeping::tidy() {
    try {
        const auto forgotten = runTask(store_.sessions().purge(currentTime() - sessionsKept));
        if (!forgotten)
            observe::log(*log_, observe::Level::Warning, "housekeeping_failed",
                         {{"reason", std::string_view(forgotten.error().message)}});
        else if (*forgotten != 0)
            observe::log(*log_, observe::Level::Info, "sessions_forgotten", {{"sessions", std::int64_t{*forgotten}}});
    } catch (const std::exception& fault) {
        observe::log(*log_, observe::Level::Error, "housekeeping_failed", {{"reason", std::string_view(fault.what())}});
    }
}

}  // namespace nextjob::app
