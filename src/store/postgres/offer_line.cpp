#include "store/postgres/offer_line.hpp"

#include "model/completion.hpp"

#include <algorithm>
#include <variant>

namespace nextjob::store::postgres {

namespace {

// While one is decided on, or waits for the disk, the server works on the other. Those of a third would only stand in
// the way of each other there: an offer then takes the server a fifth longer.
constexpr int mostAtOnce = 2;
constexpr std::size_t mostTogether = 64;
constexpr std::size_t mostOffersTogether = 1000;

std::size_t weightOf(const AnalysedMessage& message) { return 1 + message.offers.size(); }
std::size_t weightOf(const DeliveredOffer&) { return 1; }

std::size_t offersIn(const auto& items) {
    std::size_t sum = 0;
    for (const auto& item : items) sum += weightOf(item);
    return sum;
}

}  // namespace

// Ends the turn of a leader, even of one that is destroyed in the midst of it.
template <class Item, class Report>
class OfferLine<Item, Report>::Turn {
  public:
    Turn(OfferLine& line, Jobs jobs) : line_(line), jobs_(std::move(jobs)) {}
    ~Turn() { line_.endTurn(jobs_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    const Jobs& jobs() const { return jobs_; }

  private:
    OfferLine& line_;
    const Jobs jobs_;
};

template <class Item, class Report>
Task<Result<Report>> OfferLine<Item, Report>::pass(Items items) {
    auto job = std::make_shared<Job>();
    job->items = std::move(items);
    co_await waitForTurn(job);
    if (!job->done) {
        const Turn turn(*this, takeJobs(job));
        co_await work(turn.jobs());
    }
    co_return std::move(job->report);
}

template <class Item, class Report>
Task<void> OfferLine<Item, Report>::waitForTurn(std::shared_ptr<Job> job) {
    {
        const std::lock_guard lock(mutex_);
        if (leading_ < mostAtOnce) {
            ++leading_;
            co_return;
        }
    }
    auto start = [this, job](Completion<std::monostate> done) {
        job->wake = [done = std::move(done)]() mutable { done({}); };
        {
            const std::lock_guard lock(mutex_);
            if (leading_ == mostAtOnce) {
                waiting_.push_back(job);
                return;
            }
            ++leading_;
        }
        job->wake();
    };
    co_await suspended<std::monostate>(std::move(start));
}

template <class Item, class Report>
typename OfferLine<Item, Report>::Jobs OfferLine<Item, Report>::takeJobs(const std::shared_ptr<Job>& own) {
    Jobs jobs{own};
    std::size_t offers = offersIn(*own->items);
    const std::lock_guard lock(mutex_);
    while (!waiting_.empty() && jobs.size() < mostTogether) {
        offers += offersIn(*waiting_.front()->items);
        if (offers > mostOffersTogether) break;
        jobs.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return jobs;
}

// All together; where that fails because of what one of them holds, each alone.
template <class Item, class Report>
Task<void> OfferLine<Item, Report>::work(Jobs jobs) {
    auto all = [this, &jobs, now = database_.now(), attempts = 0](Call& call) mutable {
        std::vector<const std::vector<Item>*> callers;
        for (const auto& job : jobs) callers.push_back(job->items.get());
        return together_(call, std::move(callers), now, ++attempts);
    };
    auto reports = co_await database_.write(std::move(all));
    if (reports) {
        for (std::size_t place = 0; place < jobs.size(); ++place) jobs[place]->report = std::move((*reports)[place]);
    } else if (jobs.size() == 1 || reports.error().code == ErrorCode::Unavailable) {
        for (const auto& job : jobs) job->report = std::unexpected(reports.error());
    } else {
        for (const auto& job : jobs) {
            Jobs alone(1, job);
            co_await work(std::move(alone));
        }
    }
}

// Those whose work is done go on; the one that has waited longest leads next.
template <class Item, class Report>
void OfferLine<Item, Report>::endTurn(const Jobs& jobs) {
    std::shared_ptr<Job> next;
    {
        const std::lock_guard lock(mutex_);
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

template class OfferLine<AnalysedMessage, IngestReport>;
template class OfferLine<DeliveredOffer, DeliveryReport>;

}  // namespace nextjob::store::postgres
