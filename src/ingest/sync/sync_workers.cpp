#include "ingest/sync/sync_workers.hpp"

#include "ingest/filter/mail_filter.hpp"
#include "ingest/sync/mailbox_run.hpp"
#include "observe/log.hpp"
#include "observe/sync_metrics.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <thread>

namespace nextjob::ingest {

namespace asio = boost::asio;
using observe::Level;

namespace {

constexpr std::chrono::milliseconds leaseWait{1000};
constexpr std::chrono::milliseconds pauseAfterFailure{1000};
// A third of a lease: two that fail do not lose it.
constexpr auto extendInterval = SyncBackend::leaseLength / 3;

std::function<double()> randomNumbers() {
    return [engine = std::minstd_rand(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>(0, 1)(engine);
    };
}

}  // namespace

// All but construction and `stop` is on its thread.
struct SyncWorkers::Parts {
    Parts(SyncBackend& of, std::vector<std::unique_ptr<SourceSync>> kinds, observe::SyncMetrics& counts,
          std::shared_ptr<spdlog::logger> to, SyncOptions with)
        : backend(of),
          sources(std::move(kinds)),
          metrics(counts),
          log(std::move(to)),
          options(std::move(with)),
          slots(options.fetches) {
        if (!options.random) options.random = randomNumbers();
        for (const auto& source : sources) names.push_back(source->name());
        asio::co_spawn(loop, lease(), asio::detached);
        asio::co_spawn(loop, extend(), asio::detached);
        thread = std::thread([this] { loop.run(); });
    }

    SyncParts shared() {
        return {
            backend, filter, metrics, *log, options.schedule, slots, options.random, stopping, options.messagesOfRun};
    }

    Task<void> lease();
    Task<void> leaseSome(int count);
    Task<void> extend();
    Task<void> runOne(std::shared_ptr<MailboxRun> run);
    void begin(MailboxLease lease);
    Task<void> pause(std::chrono::milliseconds length);

    SyncBackend& backend;
    const std::vector<std::unique_ptr<SourceSync>> sources;
    observe::SyncMetrics& metrics;
    const std::shared_ptr<spdlog::logger> log;
    SyncOptions options;
    std::vector<std::string> names;
    const MailFilter filter;
    FetchSlots slots;
    std::atomic<bool> stopping = false;
    std::map<MailboxId, std::shared_ptr<MailboxRun>> active;
    asio::io_context loop{1};
    asio::steady_timer changed{loop};  // cancelled when a run ends, or all are to
    std::thread thread;
};

// Until the time has passed, a run has ended or all is to stop.
Task<void> SyncWorkers::Parts::pause(std::chrono::milliseconds length) {
    if (stopping) co_return;
    asio::steady_timer timer(loop, length);
    boost::system::error_code ended;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
}

Task<void> SyncWorkers::Parts::lease() {
    while (!stopping) {
        const int count = options.runs - static_cast<int>(active.size());
        if (count > 0) {
            co_await leaseSome(count);
            continue;
        }
        changed.expires_at(asio::steady_timer::time_point::max());
        boost::system::error_code ended;
        co_await changed.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    }
}

Task<void> SyncWorkers::Parts::leaseSome(int count) {
    std::string trouble;
    try {
        auto leased = co_await backend.lease(names, count, leaseWait);
        if (leased)
            for (MailboxLease& one : *leased) begin(std::move(one));
        else
            trouble = leased.error().message;
    } catch (const std::exception& fault) {
        trouble = fault.what();
    }
    if (trouble.empty()) co_return;
    observe::log(*log, Level::Error, "sync_waits", {{"reason", std::string_view(trouble)}});
    co_await pause(pauseAfterFailure);
}

void SyncWorkers::Parts::begin(MailboxLease lease) {
    const auto source = std::ranges::find(sources, lease.mailbox.source, &SourceSync::name);
    if (source == sources.end()) return;  // nobody asked for it; its lease runs out
    const MailboxId mailbox = lease.mailbox.id;
    auto run = std::make_shared<MailboxRun>(shared(), **source, std::move(lease));
    // One of an earlier lease, which is lost, may be on its way to its end still.
    if (!active.emplace(mailbox, run).second) return;
    asio::co_spawn(loop, runOne(std::move(run)), asio::detached);
}

Task<void> SyncWorkers::Parts::runOne(std::shared_ptr<MailboxRun> run) {
    try {
        co_await run->run();
    } catch (const std::exception& fault) {
        observe::log(*log, Level::Error, "sync_fault",
                     {{"mailbox", run->mailbox().id}, {"reason", std::string_view(fault.what())}});
    }
    active.erase(run->mailbox().id);
    changed.cancel();
}

Task<void> SyncWorkers::Parts::extend() {
    auto last = std::chrono::steady_clock::now();
    while (!stopping || !active.empty()) {
        // Short, so that a stop is not waited for; not cancelled by it, because what still runs holds leases.
        asio::steady_timer timer(loop, std::chrono::milliseconds(200));
        boost::system::error_code ended;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
        if (std::chrono::steady_clock::now() - last < extendInterval) continue;
        last = std::chrono::steady_clock::now();
        std::vector<std::shared_ptr<MailboxRun>> runs;
        for (const auto& [mailbox, run] : active) runs.push_back(run);
        for (const auto& run : runs) co_await run->extend();
    }
}

SyncWorkers::SyncWorkers(SyncBackend& backend, std::vector<std::unique_ptr<SourceSync>> sources,
                         observe::SyncMetrics& metrics, std::shared_ptr<spdlog::logger> log, SyncOptions options)
    : parts_(std::make_unique<Parts>(backend, std::move(sources), metrics, std::move(log), std::move(options))) {}

SyncWorkers::~SyncWorkers() { stop(); }

void SyncWorkers::stop() {
    if (!parts_->thread.joinable()) return;
    parts_->stopping = true;
    asio::post(parts_->loop, [this] { parts_->changed.cancel(); });
    parts_->thread.join();
}

}  // namespace nextjob::ingest
