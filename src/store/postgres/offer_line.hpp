#pragma once

#include "model/message_record.hpp"
#include "store/offers.hpp"
#include "store/postgres/database.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace nextjob::store::postgres {

// Puts calls of one kind that wait into one transaction: under load a commit, its locks and its round trips are shared
// by many. The first of those that wait does the work of all, on its own executor; a few transactions run at once.
// Shared by all threads.
template <class Item, class Report>
class OfferLine {
  public:
    // The work of one transaction: a report for each caller. May be called again for the same callers, when another
    // transaction was in its way; `attempt` counts from 1.
    using Together = std::function<Task<Result<std::vector<Report>>>(
        Call& call, std::vector<const std::vector<Item>*> callers, Timestamp now, int attempt)>;

    OfferLine(Database& database, Together together) : database_(database), together_(std::move(together)) {}

    using Items = std::shared_ptr<const std::vector<Item>>;

    Task<Result<Report>> pass(Items items);

  private:
    struct Job {
        Items items;
        Result<Report> report = failure(ErrorCode::Unavailable, "The call was cut off. Try again.");
        bool done = false;
        std::move_only_function<void()> wake;  // to lead, or because it is done
    };
    using Jobs = std::vector<std::shared_ptr<Job>>;
    class Turn;

    Task<void> waitForTurn(std::shared_ptr<Job> job);
    Jobs takeJobs(const std::shared_ptr<Job>& own);
    Task<void> work(Jobs jobs);
    void endTurn(const Jobs& jobs);

    Database& database_;
    const Together together_;
    std::mutex mutex_;
    std::deque<std::shared_ptr<Job>> waiting_;
    int leading_ = 0;
};

using IngestLine = OfferLine<AnalysedMessage, IngestReport>;
using DeliveryLine = OfferLine<DeliveredOffer, DeliveryReport>;

}  // namespace nextjob::store::postgres
