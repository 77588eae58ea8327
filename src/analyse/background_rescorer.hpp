#pragma once

#include "analyse/rescorer.hpp"
#include "store/store.hpp"

#include <spdlog/fwd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <thread>

namespace nextjob::analyse {

class Analyser;

// Rescores on a thread of its own, one user after the other. What a kill left stale, here or in another process, is
// found at the start and every few minutes.
class BackgroundRescorer : public Rescorer {
  public:
    // Everything given outlives it.
    BackgroundRescorer(store::Store& store, const Analyser& analyser, std::shared_ptr<spdlog::logger> log);
    ~BackgroundRescorer() override;
    BackgroundRescorer(const BackgroundRescorer&) = delete;
    BackgroundRescorer& operator=(const BackgroundRescorer&) = delete;

    void wishesChanged(UserId user) override;

    // Ends the thread after the user at hand; those who wait are found at the next start.
    void stop();

  private:
    void runThread();
    std::optional<UserId> next();
    void findStale();
    void failed(std::string_view reason);
    void rescore(UserId user);

    store::Store& store_;
    const Analyser& analyser_;
    const std::shared_ptr<spdlog::logger> log_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<UserId> waiting_;  // guarded by mutex_
    bool stopping_ = false;     // guarded by mutex_
    std::thread thread_;
};

}  // namespace nextjob::analyse
