#include "store/postgres/batcher.hpp"

#include "model/completion.hpp"
#include "model/session.hpp"
#include "model/user.hpp"
#include "store/offers.hpp"
#include "store/postgres/ingest.hpp"

#include <optional>
#include <variant>

namespace nextjob::store::postgres {

// Ends the turn of a leader, even of one that is destroyed in the midst of it.
template <class Request, class Reply>
class Batcher<Request, Reply>::Turn {
  public:
    Turn(Batcher& batcher, Jobs jobs) : batcher_(batcher), jobs_(std::move(jobs)) {}
    ~Turn() { batcher_.endTurn(std::move(jobs_)); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    const Jobs& jobs() const { return jobs_; }

  private:
    Batcher& batcher_;
    Jobs jobs_;
};

template <class Request, class Reply>
Task<Result<Reply>> Batcher<Request, Reply>::pass(Request request) {
    auto job = std::make_shared<Job>(std::move(request));
    co_await waitForTurn(job);
    if (!job->done) {
        const Turn turn(*this, takeJobs(job));
        co_await answer(turn.jobs());
    }
    co_return std::move(job->reply);
}

template <class Request, class Reply>
Task<void> Batcher<Request, Reply>::waitForTurn(std::shared_ptr<Job> job) {
    {
        const std::lock_guard lock(mutex_);
        if (leading_ < limits_.atOnce) {
            ++leading_;
            co_return;
        }
    }
    auto start = [this, job](Completion<std::monostate> done) {
        job->wake = [done = std::move(done)]() mutable { done({}); };
        {
            const std::lock_guard lock(mutex_);
            if (leading_ == limits_.atOnce) {
                waiting_.push_back(job);
                return;
            }
            ++leading_;
        }
        job->wake();
    };
    co_await suspended<std::monostate>(std::move(start));
}

template <class Request, class Reply>
typename Batcher<Request, Reply>::Jobs Batcher<Request, Reply>::takeJobs(const std::shared_ptr<Job>& own) {
    Jobs jobs{own};
    std::size_t weight = weight_(own->request);
    const std::lock_guard lock(mutex_);
    while (!waiting_.empty() && jobs.size() < limits_.requests) {
        weight += weight_(waiting_.front()->request);
        if (weight > limits_.weight) break;
        jobs.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return jobs;
}

template <class Request, class Reply>
Task<void> Batcher<Request, Reply>::answer(Jobs jobs) {
    std::vector<Request> requests;
    requests.reserve(jobs.size());
    for (const auto& job : jobs) requests.push_back(job->request);
    auto replies = co_await work_(std::move(requests));
    if (replies) {
        for (std::size_t place = 0; place < jobs.size(); ++place) jobs[place]->reply = std::move((*replies)[place]);
    } else if (jobs.size() == 1 || replies.error().code == ErrorCode::Unavailable) {
        for (const auto& job : jobs) job->reply = std::unexpected(replies.error());
    } else {
        for (const auto& job : jobs) {
            Jobs alone(1, job);
            co_await answer(std::move(alone));
        }
    }
}

// Those who are answered go on; the one that has waited longest leads next. What keeps one batch from its answer keeps
// the next one too: nobody waits for several in turn to learn that the server is not there.
template <class Request, class Reply>
void Batcher<Request, Reply>::endTurn(Jobs jobs) {
    const auto& own = jobs.front()->reply;
    const bool unavailable = !own && own.error().code == ErrorCode::Unavailable;
    const auto longAgo = Clock::now() - limits_.wait;
    std::shared_ptr<Job> next;
    {
        const std::lock_guard lock(mutex_);
        while (unavailable && !waiting_.empty() && waiting_.front()->since <= longAgo) {
            waiting_.front()->reply = std::unexpected(own.error());
            jobs.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
        if (waiting_.empty()) {
            --leading_;
        } else {
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
    }
    for (const auto& job : jobs) {
        job->done = true;
        if (job != jobs.front()) job->wake();
    }
    if (next) next->wake();
}

template class Batcher<AnalysedMessages, IngestReport>;
template class Batcher<DeliveredOffers, DeliveryReport>;
template class Batcher<UserId, std::optional<OfferListMark>>;
template class Batcher<SessionId, std::optional<User>>;

}  // namespace nextjob::store::postgres
