#pragma once

#include "model/error.hpp"
#include "model/task.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace nextjob::store::postgres {

struct BatchLimits {
    int atOnce = 1;  // batches under way
    std::size_t requests = 1;
    std::size_t weight = 1;  // of the requests together; one of more goes alone
    // A request that has waited for so long when a batch fails as Unavailable fails with it.
    std::chrono::milliseconds wait{5'000};
};

// Answers requests of one kind that wait with one call on the database: under load many share its round trips, its
// commit and its locks. The first of those that wait does the work of all, on its own executor. A request joins only
// a batch that has not begun, so its answer is as new as if it had asked alone. Shared by all threads.
template <class Request, class Reply>
class Batcher {
  public:
    // A reply for each request, in their order.
    using Work = std::function<Task<Result<std::vector<Reply>>>(std::vector<Request> requests)>;
    using Weight = std::size_t (*)(const Request& request);

    Batcher(BatchLimits limits, Weight weight, Work work) : limits_(limits), weight_(weight), work_(std::move(work)) {}

    // Where a batch fails other than as Unavailable, each of its requests is tried alone.
    Task<Result<Reply>> pass(Request request);

  private:
    using Clock = std::chrono::steady_clock;
    struct Job {
        Request request;
        Clock::time_point since = Clock::now();
        Result<Reply> reply = failure(ErrorCode::Unavailable, "The call was cut off. Try again.");
        bool done = false;
        std::move_only_function<void()> wake{};  // to lead, or because it is done
    };
    using Jobs = std::vector<std::shared_ptr<Job>>;
    class Turn;

    Task<void> waitForTurn(std::shared_ptr<Job> job);
    Jobs takeJobs(const std::shared_ptr<Job>& own);
    Task<void> answer(Jobs jobs);
    void endTurn(Jobs jobs);

    const BatchLimits limits_;
    const Weight weight_;
    const Work work_;
    std::mutex mutex_;
    std::deque<std::shared_ptr<Job>> waiting_;
    int leading_ = 0;
};

}  // namespace nextjob::store::postgres
