#include "app/commands/serve_apart.hpp"

#include "analyse/analyser.hpp"
#include "analyse/remote_backend.hpp"
#include "analyse/workers.hpp"
#include "api/status_server.hpp"
#include "app/backend_config.hpp"
#include "app/listening.hpp"
#include "app/mailbox_sync.hpp"
#include "app/stop_signal.hpp"
#include "ingest/imap/imap_client.hpp"
#include "ingest/sync/remote_sync_backend.hpp"
#include "net/http/http_client.hpp"
#include "observe/analysis_metrics.hpp"
#include "observe/backend_metrics.hpp"
#include "observe/log.hpp"
#include "observe/sync_metrics.hpp"
#include "queue/open.hpp"
#include "queue/remote/remote_ledger_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

namespace nextjob::app {

namespace {

using observe::Level;

// How long a thread waits for work at the backend; a stop waits for it, too.
constexpr std::chrono::milliseconds claimWait{2'000};

unsigned threadCount() { return std::max(1U, std::thread::hardware_concurrency()); }

api::Need backendNeed(net::BackendClient& client) {
    return {fmt::format("The backend does not answer {}. The log says why.", client.service()),
            [&client] { return client.check(); }};
}

// The analysing part: what it works with, in the order in which they stand on each other.
struct Analysis {
    Analysis(net::HttpClient& http, net::BackendOptions options) : client(http, std::move(options)) {}

    Result<void> start(const Config& config, const std::shared_ptr<spdlog::logger>& log) {
        auto opened = queue::open(std::make_unique<queue::remote::RemoteLedgerQueue>(client), {}, config.redisUrl);
        if (!opened) return std::unexpected(std::move(opened.error()));
        queue = std::move(*opened);
        workers = std::make_unique<analyse::Workers>(backend, *queue, analyser, metrics, log, threadCount(), claimWait);
        return {};
    }

    void describe(bool onRedis, api::Vitals& vitals) {
        vitals.needs.push_back(backendNeed(client));
        if (onRedis)
            vitals.needs.push_back({"The queue's Redis server does not answer.", [this] { return queue->ping(); }});
        vitals.figures = [this] { return api::figuresOf(queue.get()); };
        vitals.counts.push_back(&metrics);
    }

    net::BackendClient client;
    analyse::RemoteBackend backend{client};
    analyse::Analyser analyser;
    observe::AnalysisMetrics metrics;
    std::unique_ptr<queue::Queue> queue;
    std::unique_ptr<analyse::Workers> workers;
};

// The part that reads mailboxes. It asks Google and mail servers itself.
struct Ingestion {
    Ingestion(net::HttpClient& http, net::BackendOptions options, const Config& config,
              const std::shared_ptr<spdlog::logger>& log)
        : client(http, std::move(options)),
          imap({.rules = config.imap}),
          workers(backend, http, config.google, &imap, metrics, log) {}

    void describe(api::Vitals& vitals) {
        vitals.needs.push_back(backendNeed(client));
        vitals.counts.push_back(&metrics);
    }

    net::BackendClient client;
    ingest::RemoteSyncBackend backend{client};
    observe::SyncMetrics metrics;
    ingest::ImapClient imap;
    MailboxSync workers;
};

}  // namespace

Result<void> serveApart(const Config& config, const Roles& roles) {
    const auto log = observe::jsonLog();
    const StopSignal stop;
    // Every thread may wait in a call of its own.
    const auto http = net::makeHttpClient(
        {.connectionsPerServer = static_cast<long>(threadCount()) + 8, .plainHosts = config.backend->plainHosts});
    observe::BackendMetrics calls;
    const auto optionsOf = [&](const char* service) {
        auto options = backendOptions(*config.backend, config.serviceSecrets, service);
        if (options)
            options->count = [&calls, service](std::string_view outcome) { calls.countCall(service, outcome); };
        return options;
    };
    api::Vitals vitals;
    vitals.counts.push_back(&calls);
    std::unique_ptr<Ingestion> ingestion;
    if (roles.ingest) {
        auto options = optionsOf("gmail_service");
        if (!options) return std::unexpected(std::move(options.error()));
        ingestion = std::make_unique<Ingestion>(*http, std::move(*options), config, log);
        ingestion->describe(vitals);
    }
    std::unique_ptr<Analysis> analysis;
    if (roles.analyse) {
        auto options = optionsOf("digest_generator");
        if (!options) return std::unexpected(std::move(options.error()));
        analysis = std::make_unique<Analysis>(*http, std::move(*options));
        if (auto started = analysis->start(config, log); !started) return started;
        analysis->describe(config.redisUrl.has_value(), vitals);
    }
    api::StatusServer status(httpOptions(config), std::move(vitals), log);
    tellStarted(config, roles, status.port(), *log);
    stop.wait();
    observe::log(*log, Level::Info, "stopping");
    status.sayStopping();
    if (ingestion) ingestion->workers.stop();
    if (analysis) analysis->workers->stop();
    observe::log(*log, Level::Info, "stopped");
    return {};
}

}  // namespace nextjob::app
