#include "analyse/workers.hpp"

#include "analyse/analyser.hpp"
#include "analyse/backend.hpp"
#include "model/names.hpp"
#include "model/run_task.hpp"
#include "observe/analysis_metrics.hpp"
#include "observe/log.hpp"

#include <algorithm>
#include <map>

namespace nextjob::analyse {

using observe::Level;

namespace {

// A batch is one transaction, and what a killed process does again.
constexpr int batchMessages = 32;
constexpr std::chrono::milliseconds pauseAfterFailure{500};  // doubled while nothing succeeds …
constexpr int mostDoublings = 4;                             // … up to 8 seconds
constexpr std::chrono::milliseconds retryDelay{500};
constexpr int failuresThatAreTrouble = 3;

}  // namespace

// The claims of one turn and what became of them.
struct Workers::Batch {
    struct Fault {
        Claim claim;
        std::string reason;
    };

    std::vector<AnalysedMessage> results;
    std::vector<Claim> analysed;   // beside `results`
    std::vector<Claim> untouched;  // when stopping
    std::vector<Fault> faults;
};

Workers::Workers(Backend& backend, queue::Queue& queue, const Analyser& analyser, observe::AnalysisMetrics& metrics,
                 std::shared_ptr<spdlog::logger> log, unsigned threads, std::chrono::milliseconds claimWait)
    : backend_(backend),
      queue_(queue),
      analyser_(analyser),
      metrics_(metrics),
      log_(std::move(log)),
      claimWait_(claimWait),
      threadCount_(std::max(1, static_cast<int>(threads))) {
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
    const auto length = pauseAfterFailure * (1 << std::clamp(failures_ / threadCount_, 0, mostDoublings));
    stopped_.wait_for(lock, length, [this] { return stopping_.load(); });
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
        auto claims = co_await queue_.claim(batchMessages, claimWait_);
        if (!claims) {
            failed(claims.error());
            pause();
            continue;
        }
        if (claims->empty() || !co_await prepared(*claims)) continue;
        if (co_await handle(std::move(*claims)))
            succeeded();
        else
            pause();
    }
}

// False when the claims were given back: whoever is killed while the analyser reads its data must not seem to have died
// of these messages.
Task<bool> Workers::prepared(std::vector<Claim>& claims) {
    if (analyser_.isPrepared()) co_return true;
    co_await queue_.release(std::move(claims));
    analyser_.prepare();
    co_return false;
}

// False when the batch could not be stored; its messages are in the queue again.
Task<bool> Workers::handle(std::vector<Claim> claims) {
    Batch batch;
    std::map<UserId, Profile> profiles;
    for (auto& claim : claims) {
        if (stopping_) {
            batch.untouched.push_back(std::move(claim));
            continue;
        }
        if (!profiles.contains(claim.raw.user)) {
            auto found = co_await backend_.profile(claim.raw.user);
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
    const auto kept = co_await backend_.keep(batch.results);
    if (!kept && kept.error().code == ErrorCode::Unavailable) {
        failed(kept.error());
        std::ranges::move(batch.analysed, std::back_inserter(batch.untouched));
        for (auto& fault : batch.faults) batch.untouched.push_back(std::move(fault.claim));
        co_await queue_.release(std::move(batch.untouched));
        co_return false;
    }
    if (kept)
        for (const AnalysedMessage& result : batch.results) tellDone(result);
    else
        co_await endOneByOne(batch);
    if (!batch.analysed.empty()) co_await queue_.acknowledge(std::move(batch.analysed));
    if (!batch.untouched.empty()) co_await queue_.release(std::move(batch.untouched));
    for (auto& fault : batch.faults) {
        metrics_.countFailure();
        observe::log(*log_, Level::Warning, "message_failed",
                     {{"message", fault.claim.message},
                      {"user", fault.claim.raw.user},
                      {"attempts", std::int64_t{fault.claim.attempts} + 1}});
        co_await queue_.retryLater(std::move(fault.claim), std::move(fault.reason), retryDelay);
    }
    co_return true;
}

void Workers::tellDone(const AnalysedMessage& result) {
    const std::string_view kind = result.kind ? nameOf(*result.kind) : "none";
    metrics_.countMessage(kind, result.offers.size(), result.analysisTime);
    const double milliseconds = std::chrono::duration<double, std::milli>(result.analysisTime).count();
    observe::log(*log_, Level::Info, "message_done",
                 {{"message", result.message},
                  {"user", result.user},
                  {"kind", kind},
                  {"offers", static_cast<std::int64_t>(result.offers.size())},
                  {"analysis_ms", milliseconds}});
}

// The store refuses something in the batch: one message must not hold up its neighbours.
Task<void> Workers::endOneByOne(Batch& batch) {
    std::vector<Claim> stored;
    for (std::size_t i = 0; i < batch.results.size(); ++i) {
        std::vector<AnalysedMessage> one(1, batch.results[i]);
        const auto kept = co_await backend_.keep(std::move(one));
        if (kept) {
            tellDone(batch.results[i]);
            stored.push_back(std::move(batch.analysed[i]));
        } else if (kept.error().code == ErrorCode::Unavailable) {
            batch.untouched.push_back(std::move(batch.analysed[i]));
        } else {
            batch.faults.push_back({std::move(batch.analysed[i]), kept.error().message});
        }
    }
    batch.analysed = std::move(stored);
}

}  // namespace nextjob::analyse
