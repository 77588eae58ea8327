#include "analyse/background_rescorer.hpp"

#include "analyse/analyser.hpp"
#include "analyse/rescore.hpp"
#include "model/run_task.hpp"
#include "observe/log.hpp"
#include "store/offers.hpp"

namespace nextjob::analyse {

using observe::Level;

namespace {

constexpr std::chrono::minutes lookInterval{5};

}  // namespace

BackgroundRescorer::BackgroundRescorer(store::Store& store, const Analyser& analyser,
                                       std::shared_ptr<spdlog::logger> log)
    : store_(store), analyser_(analyser), log_(std::move(log)), thread_([this] { runThread(); }) {}

BackgroundRescorer::~BackgroundRescorer() { stop(); }

void BackgroundRescorer::wishesChanged(UserId user) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.insert(user);
    }
    changed_.notify_one();
}

void BackgroundRescorer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void BackgroundRescorer::runThread() {
    findStale();
    while (const auto user = next()) rescore(*user);
}

// Whose turn it is; nothing when stopping.
std::optional<UserId> BackgroundRescorer::next() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (!waiting_.empty()) return waiting_.extract(waiting_.begin()).value();
        if (changed_.wait_for(lock, lookInterval) == std::cv_status::no_timeout) continue;
        lock.unlock();
        findStale();
        lock.lock();
    }
    return std::nullopt;
}

void BackgroundRescorer::findStale() {
    try {
        const auto users = runTask(store_.offers().usersWithStale());
        if (!users) return failed(users.error().message);
        const std::lock_guard lock(mutex_);
        waiting_.insert(users->begin(), users->end());
    } catch (const std::exception& fault) {
        failed(fault.what());
    }
}

void BackgroundRescorer::rescore(UserId user) {
    try {
        const auto count = runTask(rescoreStale(store_, analyser_.scorer(), user));
        if (!count) return failed(count.error().message);
        observe::log(*log_, Level::Info, "rescored", {{"user", user}, {"offers", std::int64_t{*count}}});
    } catch (const std::exception& fault) {
        failed(fault.what());
    }
}

// The next look finds what was left.
void BackgroundRescorer::failed(std::string_view reason) {
    observe::log(*log_, Level::Warning, "rescore_failed", {{"reason", reason}});
}

}  // namespace nextjob::analyse
