#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace nextjob::app {

// How much may be under way at once.
struct PoolLimits {
    unsigned threads = 1;
    std::size_t items = 64;
    std::size_t cost = 64U << 20;  // of all items together; one item alone may be over it
};

// Runs `work` over a stream of items on several threads and hands the results on in the order of the items.
// `next` and `take` are called on the calling thread only, `work` on the others and must not throw. `take`
// returns false to stop early. Memory is bounded by the limits, however long the stream is.
template <class In, class Out>
class OrderedPool {
  public:
    OrderedPool(PoolLimits limits, std::function<Out(In)> work) : limits_(limits), work_(std::move(work)) {
        for (unsigned i = 0; i < std::max(1U, limits_.threads); ++i) threads_.emplace_back([this] { runThread(); });
    }
    OrderedPool(const OrderedPool&) = delete;
    OrderedPool& operator=(const OrderedPool&) = delete;
    ~OrderedPool() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        begin_.notify_all();
        for (auto& thread : threads_) thread.join();
    }

    // `next` yields the items and nothing at the end; `costOf` weighs one (bytes).
    void run(const std::function<std::optional<In>()>& next, const std::function<std::size_t(const In&)>& costOf,
             const std::function<bool(Out)>& take) {
        for (auto item = next(); item; item = next()) {
            const auto cost = costOf(*item);
            while (!underWay_.empty() && (underWay_.size() >= limits_.items || cost_ + cost > limits_.cost))
                if (!takeFirst(take)) return;
            submit(std::move(*item), cost);
        }
        while (!underWay_.empty())
            if (!takeFirst(take)) return;
    }

  private:
    struct Job {
        std::optional<In> in;
        std::optional<Out> out;
        std::size_t cost = 0;
    };

    void submit(In item, std::size_t cost) {
        auto job = std::make_shared<Job>();
        job->in.emplace(std::move(item));
        job->cost = cost;
        cost_ += cost;
        underWay_.push_back(job);
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(job));
        }
        begin_.notify_one();
    }

    bool takeFirst(const std::function<bool(Out)>& take) {
        const auto job = std::move(underWay_.front());
        underWay_.pop_front();
        {
            std::unique_lock lock(mutex_);
            done_.wait(lock, [&] { return job->out.has_value(); });
        }
        cost_ -= job->cost;
        return take(std::move(*job->out));
    }

    void runThread() {
        std::unique_lock lock(mutex_);
        while (true) {
            begin_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (stopping_) return;
            const auto job = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            auto out = work_(std::move(*job->in));
            job->in.reset();
            lock.lock();
            job->out.emplace(std::move(out));
            done_.notify_one();
        }
    }

    const PoolLimits limits_;
    const std::function<Out(In)> work_;
    std::deque<std::shared_ptr<Job>> underWay_;  // of the calling thread, in order
    std::size_t cost_ = 0;
    std::mutex mutex_;
    std::condition_variable begin_, done_;
    std::deque<std::shared_ptr<Job>> waiting_;  // guarded by mutex_, as is a job's `out`
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace nextjob::app
