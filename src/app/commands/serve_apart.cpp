#include "app/commands/serve_apart.hpp"

#include "analyse/analyser.hpp"
#include "analyse/remote_backend.hpp"
#include "analyse/workers.hpp"
#include "app/backend_config.hpp"
#include "app/mailbox_sync.hpp"
#include "app/stop_signal.hpp"
#include "ingest/imap/imap_client.hpp"
#include "ingest/sync/remote_sync_backend.hpp"
#include "net/http/http_client.hpp"
#include "observe/log.hpp"
#include "observe/sync_metrics.hpp"
#include "queue/open.hpp"
#include "queue/remote/remote_ledger_queue.hpp"

#include <algorithm>
#include <memory>
#include <thread>

namespace nextjob::app {

namespace {

using observe::Level;

// How long a thread waits for work at the backend; a stop waits for it, too.
constexpr std::chrono::milliseconds claimWait{2'000};

unsigned threadCount() { return std::max(1U, std::thread::hardware_concurrency()); }

// The analysing part: what it works with, in the order in which they stand on each other.
struct Analysis {
    Analysis(net::HttpClient& http, net::BackendOptions options) : client(http, std::move(options)) {}

    Result<void> start(const Config& config, const std::shared_ptr<spdlog::logger>& log) {
        auto opened = queue::open(std::make_unique<queue::remote::RemoteLedgerQueue>(client), {}, config.redisUrl);
        if (!opened) return std::unexpected(std::move(opened.error()));
        queue = std::move(*opened);
        workers = std::make_unique<analyse::Workers>(backend, *queue, analyser, log, threadCount(), claimWait);
        return {};
    }

    net::BackendClient client;
    analyse::RemoteBackend backend{client};
    analyse::Analyser analyser;
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

    net::BackendClient client;
    ingest::RemoteSyncBackend backend{client};
    observe::SyncMetrics metrics;
    ingest::ImapClient imap;
    MailboxSync workers;
};

}  // namespace

Result<void> serveApart(const Config& config, bool ingest, bool analyse) {
    const auto log = observe::jsonLog();
    const StopSignal stop;
    // Every thread may wait in a call of its own.
    const auto http = net::makeHttpClient(
        {.connectionsPerServer = static_cast<long>(threadCount()) + 8, .plainHosts = config.backend->plainHosts});
    std::unique_ptr<Ingestion> ingestion;
    if (ingest) {
        auto options = backendOptions(*config.backend, config.serviceSecrets, "gmail_service");
        if (!options) return std::unexpected(std::move(options.error()));
        ingestion = std::make_unique<Ingestion>(*http, std::move(*options), config, log);
    }
    std::unique_ptr<Analysis> analysis;
    if (analyse) {
        auto options = backendOptions(*config.backend, config.serviceSecrets, "digest_generator");
        if (!options) return std::unexpected(std::move(options.error()));
        analysis = std::make_unique<Analysis>(*http, std::move(*options));
        if (auto started = analysis->start(config, log); !started) return started;
    }
    observe::log(*log, Level::Info, "started",
                 {{"version", NEXTJOB_VERSION},
                  {"api", false},
                  {"ingest", ingest},
                  {"analyse", analyse},
                  {"backend", std::string_view(config.backend->baseUrl)}});
    stop.wait();
    observe::log(*log, Level::Info, "stopping");
    if (ingestion) ingestion->workers.stop();
    if (analysis) analysis->workers->stop();
    observe::log(*log, Level::Info, "stopped");
    return {};
}

}  // namespace nextjob::app
