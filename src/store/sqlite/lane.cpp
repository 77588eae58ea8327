#include "store/sqlite/lane.hpp"

#include <algorithm>
#include <utility>

namespace nextjob::store::sqlite {

bool Lane::push(std::unique_ptr<Job>& job) {
    {
        const std::lock_guard lock(mutex_);
        if (closed_ || jobs_.size() >= capacity_) return false;
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

std::vector<std::unique_ptr<Job>> Lane::pop(std::size_t maximum, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return closed_ || !jobs_.empty(); };
    if (patience == std::chrono::milliseconds::max()) {
        changed_.wait(lock, ready);
    } else {
        changed_.wait_for(lock, patience, ready);
    }
    std::vector<std::unique_ptr<Job>> taken;
    while (!jobs_.empty() && taken.size() < maximum) {
        taken.push_back(std::move(jobs_.front()));
        jobs_.pop_front();
    }
    return taken;
}

void Lane::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

std::size_t Lane::waiting() const {
    const std::lock_guard lock(mutex_);
    return jobs_.size();
}

bool Lane::finished() const {
    const std::lock_guard lock(mutex_);
    return closed_ && jobs_.empty();
}

}  // namespace nextjob::store::sqlite
