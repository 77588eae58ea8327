#include "analyse/background_rescorer.hpp"

#include "analyse/analyser.hpp"
#include "analyse/rescore.hpp"
#include "model/run_task.hpp"
#include "observe/log.hpp"

namespace nextjob::analyse {

using observe::Level;

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
    while (true) {
        UserId user = 0;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            user = *waiting_.begin();
            waiting_.erase(waiting_.begin());
        }
        rescore(user);
    }
}

void BackgroundRescorer::rescore(UserId user) {
    try {
        const auto count = runTask(rescoreAll(store_, analyser_.scorer(), user));
        if (count)
            observe::log(*log_, Level::Info, "rescored", {{"user", user}, {"offers", std::int64_t{*count}}});
        else
            observe::log(*log_, Level::Warning, "rescore_failed",
                         {{"user", user}, {"reason", std::string_view(count.error().message)}});
    } catch (const std::exception& fault) {
        observe::log(*log_, Level::Error, "rescore_failed",
                     {{"user", user}, {"reason", std::string_view(fault.what())}});
    }
}

}  // namespace nextjob::analyse
