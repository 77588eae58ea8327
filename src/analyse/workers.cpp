#include "analyse/workers.hpp"

#include "analyse/analyser.hpp"
#include "analyse/profile_of.hpp"
#include "analyse/rescore.hpp"
#include "model/run_task.hpp"
#include "observe/log.hpp"
#include "store/offers.hpp"

#include <algorithm>
#include <map>

namespace nextjob::analyse {

using observe::Level;

namespace {

// A batch is one transaction, and what a killed process does again.
constexpr int batchMessages = 32;
constexpr std::chrono::milliseconds claimWait{250};
constexpr std::chrono::milliseconds pauseAfterFailure{500};
constexpr std::chrono::milliseconds retryDelay{500};
constexpr int failuresThatAreTrouble = 3;

}  // namespace

// The claims of one turn and what became of them.
struct Workers::Batch {
    struct Fault {
        queue::Claim claim;
        std::string reason;
    };

    std::vector<AnalysedMessage> results;
    std::vector<queue::Claim> analysed;   // beside `results`
    std::vector<queue::Claim> untouched;  // when stopping
    std::vector<Fault> faults;
};

Workers::Workers(store::Store& store, queue::Queue& queue, const Analyser& analyser,
                 std::shared_ptr<spdlog::logger> log, unsigned threads)
    : store_(store), queue_(queue), analyser_(analyser), log_(std::move(log)) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { runThread(); });
}

Workers::~Workers() { stop(); }

void Workers::stop() {
    stopping_ = true;
    stopped_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

std::optional<Error> Workers::trouble() const {
    const std::lock_guard lock(mutex_);
    return failures_ >= failuresThatAreTrouble ? lastFailure_ : std::nullopt;
}

void Workers::failed(const Error& error) {
    observe::log(*log_, Level::Error, "analysis_waits", {{"reason", std::string_view(error.message)}});
    const std::lock_guard lock(mutex_);
    ++failures_;
    lastFailure_ = error;
}

void Workers::succeeded() {
    const std::lock_guard lock(mutex_);
    failures_ = 0;
}

void Workers::pause() {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, pauseAfterFailure, [this] { return stopping_.load(); });
}

void Workers::runThread() {
    while (!stopping_) {
        try {
            runTask(work());
        } catch (const std::exception& fault) {
            failed({ErrorCode::Internal, fault.what()});
            pause();
        }
    }
}

Task<void> Workers::work() {
    while (!stopping_) {
        auto claims = co_await queue_.claim(batchMessages, claimWait);
        if (!claims) {
            failed(claims.error());
            pause();
            continue;
        }
        if (claims->empty()) continue;
        if (co_await handle(std::move(*claims)))
            succeeded();
        else
            pause();
    }
}

// False when the batch could not be stored; its messages are in the queue again.
Task<bool> Workers::handle(std::vector<queue::Claim> claims) {
    Batch batch;
    std::map<UserId, Profile> profiles;
    for (auto& claim : claims) {
        if (stopping_) {
            batch.untouched.push_back(std::move(claim));
            continue;
        }
        if (!profiles.contains(claim.raw.user)) {
            auto found = co_await profileOf(store_, claim.raw.user);
            if (!found) {
                failed(found.error());
                co_await queue_.release(std::move(claims));
                co_return false;
            }
            profiles.emplace(claim.raw.user, std::move(*found));
        }
        try {
            batch.results.push_back(analyser_.analyse(claim.raw, claim.message, profiles.at(claim.raw.user)));
            batch.analysed.push_back(std::move(claim));
        } catch (const std::exception& fault) {
            batch.faults.push_back({std::move(claim), fault.what()});
        }
    }
    co_return co_await end(std::move(batch));
}

// Stores the batch and gives each of its claims an end.
Task<bool> Workers::end(Batch batch) {
    auto report = co_await store_.offers().ingest(batch.results);
    if (!report && report.error().code == ErrorCode::Unavailable) {
        failed(report.error());
        std::ranges::move(batch.analysed, std::back_inserter(batch.untouched));
        for (auto& fault : batch.faults) batch.untouched.push_back(std::move(fault.claim));
        co_await queue_.release(std::move(batch.untouched));
        co_return false;
    }
    if (report)
        co_await rescoreGrown(std::move(*report));
    else
        co_await endOneByOne(batch);
    if (!batch.analysed.empty()) co_await queue_.acknowledge(std::move(batch.analysed));
    if (!batch.untouched.empty()) co_await queue_.release(std::move(batch.untouched));
    for (auto& fault : batch.faults) {
        observe::log(*log_, Level::Warning, "message_failed",
                     {{"message", fault.claim.message},
                      {"user", fault.claim.raw.user},
                      {"attempts", std::int64_t{fault.claim.attempts} + 1}});
        co_await queue_.retryLater(std::move(fault.claim), std::move(fault.reason), retryDelay);
    }
    co_return true;
}

// The store refuses something in the batch: one message must not hold up its neighbours.
Task<void> Workers::endOneByOne(Batch& batch) {
    std::vector<queue::Claim> stored;
    for (std::size_t i = 0; i < batch.results.size(); ++i) {
        std::vector<AnalysedMessage> one(1, batch.results[i]);
        auto report = co_await store_.offers().ingest(std::move(one));
        if (report) {
            stored.push_back(std::move(batch.analysed[i]));
            co_await rescoreGrown(std::move(*report));
        } else {
            batch.faults.push_back({std::move(batch.analysed[i]), report.error().message});
        }
    }
    batch.analysed = std::move(stored);
}

// An offer that knows more than the mail which scored it is worth a new score. Failing leaves the old one.
Task<void> Workers::rescoreGrown(store::IngestReport report) {
    std::map<UserId, std::vector<OfferId>> grown;
    for (const auto& [user, offer] : report.grown) grown[user].push_back(offer);
    for (auto& [user, offers] : grown) {
        const auto done = co_await rescoreSome(store_, analyser_.scorer(), user, std::move(offers));
        if (!done)
            observe::log(*log_, Level::Warning, "rescore_failed",
                         {{"user", user}, {"reason", std::string_view(done.error().message)}});
    }
}

}  // namespace nextjob::analyse
