#include "app/commands/serve.hpp"

#include "analyse/analyser.hpp"
#include "analyse/background_rescorer.hpp"
#include "analyse/local_backend.hpp"
#include "analyse/skills/taxonomy.hpp"
#include "analyse/workers.hpp"
#include "api/server.hpp"
#include "api/status_server.hpp"
#include "app/commands/serve_apart.hpp"
#include "app/housekeeping.hpp"
#include "app/listening.hpp"
#include "app/mailbox_sync.hpp"
#include "app/roles.hpp"
#include "app/secrets.hpp"
#include "app/stop_signal.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "auth/google/google.hpp"
#include "ingest/files/spool_importer.hpp"
#include "ingest/imap/imap_mailboxes.hpp"
#include "ingest/sync/local_sync_backend.hpp"
#include "model/embedded.hpp"
#include "model/run_task.hpp"
#include "net/http/http_client.hpp"
#include "net/mailer.hpp"
#include "observe/analysis_metrics.hpp"
#include "observe/log.hpp"
#include "observe/sync_metrics.hpp"
#include "queue/open.hpp"
#include "queue/process_identity.hpp"
#include "store/mailboxes.hpp"
#include "store/skills.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

namespace nextjob::app {

namespace {

using observe::Level;

// How long requests that were accepted may take to be answered when the server stops.
constexpr std::chrono::seconds drainPatience{20};

api::ServerOptions serverOptions(const Config& config, const Secrets& secrets, std::filesystem::path spool) {
    api::ServerOptions options;
    options.http = httpOptions(config);
    options.http.limits.uploadBytesOfUser = config.uploadQuota;
    options.spoolDirectory = std::move(spool);
    options.tokenSecrets = tokenSecrets(config, secrets);
    options.accessTokenLifetime = config.accessTokenLifetime;
    options.publicUrl = config.publicUrl;
    options.imap = config.imap;
    options.registrationOpen = config.registrationOpen;
    options.serviceTokenSecrets = {secrets.serviceJwtSecret};
    std::ranges::copy(config.earlierServiceJwtSecrets, std::back_inserter(options.serviceTokenSecrets));
    options.serviceSecrets = config.serviceSecrets;
    return options;
}

std::unique_ptr<net::Mailer> mailer(const Config& config, const std::shared_ptr<spdlog::logger>& log) {
    if (!config.mail) return net::makeLogMailer(log);
    auto made = net::makeSmtpMailer({.url = config.mail->smtpUrl, .from = config.mail->from}, log);
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
}

// The catalogue that users choose from is the taxonomy; what is there already stays.
void fillCatalogue(store::Store& store) {
    std::vector<std::string> names;
    for (const auto& skill : analyse::readTaxonomy(embedded("analyse/skills/data/skills.tsv")).skills)
        names.emplace_back(skill.name);
    const auto filled = runTask(store.skills().ensure(std::move(names)));
    if (!filled) throw std::runtime_error(filled.error().message);
}

// The sync of mailboxes whose store is in this process.
struct LocalSync {
    LocalSync(Workspace& workspace, const Secrets& secrets, queue::Queue& queue, net::HttpClient& http,
              auth::Google* google, observe::SyncMetrics& metrics, const std::shared_ptr<spdlog::logger>& log)
        : imapClient({.rules = workspace.config.imap}),
          imap(workspace.store->imapAccounts(), workspace.store->mailboxes(),
               auth::TokenSeal(tokenSecrets(workspace.config, secrets)), imapClient, log),
          backend(workspace.store->mailboxes(), queue, google != nullptr ? &google->connections : nullptr, &imap,
                  queue::ownIdentity()),
          workers(backend, http, workspace.config.google, &imapClient, metrics, log) {}

    ingest::ImapClient imapClient;
    ingest::ImapMailboxes imap;
    ingest::LocalSyncBackend backend;
    MailboxSync workers;
};

// The server from start to stop: every part is made here, in the order in which they stand on each other.
void run(Workspace& workspace, const Secrets& secrets, queue::Queue& queue, const Roles& roles) {
    const auto log = observe::jsonLog();
    const StopSignal stop;
    auto& store = *workspace.store;
    const auto spool = workspace.config.dataDirectory / "spool";

    fillCatalogue(store);
    const analyse::Analyser analyser;
    analyse::BackgroundRescorer rescorer(store, analyser, log);
    const Housekeeping housekeeping(store, log);
    analyse::LocalBackend backend(store, analyser, log);
    observe::AnalysisMetrics analysisMetrics;
    std::optional<analyse::Workers> workers;
    if (roles.analyse)
        workers.emplace(backend, queue, analyser, analysisMetrics, log,
                        std::max(1U, std::thread::hardware_concurrency()));
    ingest::SpoolImporter importer(store, queue, spool, log, roles.api);
    const std::unique_ptr<net::HttpClient> http = net::makeHttpClient();
    std::optional<auth::Google> google;
    if (workspace.config.google)
        google.emplace(*http, workspace.config.google->options, store.googleCredentials(),
                       auth::TokenSeal(tokenSecrets(workspace.config, secrets)), log);
    observe::SyncMetrics syncMetrics;
    std::optional<LocalSync> sync;
    if (roles.ingest) sync.emplace(workspace, secrets, queue, *http, google ? &*google : nullptr, syncMetrics, log);
    std::vector<observe::Counts*> counts;
    if (roles.analyse) counts.push_back(&analysisMetrics);
    if (roles.ingest) counts.push_back(&syncMetrics);
    std::unique_ptr<net::Mailer> letters;
    std::optional<api::Server> server;
    std::optional<api::StatusServer> status;
    if (roles.api) {
        letters = mailer(workspace.config, log);
        server.emplace(serverOptions(workspace.config, secrets, spool),
                       api::ServerDependencies{store, importer, rescorer, analyser, *letters, log, queue,
                                               google ? &*google : nullptr, counts, [&sync] {
                                                   if (sync) sync->backend.wake();
                                               }});
    } else {
        auto vitals = api::vitalsOf(store, queue);
        vitals.counts = counts;
        status.emplace(httpOptions(workspace.config), std::move(vitals), log);
    }

    tellStarted(workspace.config, roles, server ? server->port() : status->port(), *log);
    stop.wait();

    observe::log(*log, Level::Info, "stopping");
    const auto cut = server ? server->drain(drainPatience) : 0;
    if (status) status->sayStopping();
    if (sync) sync->workers.stop();
    importer.stop();
    if (workers) workers->stop();
    rescorer.stop();
    observe::log(*log, Level::Info, "stopped", {{"connections_cut", static_cast<std::int64_t>(cut)}});
}

}  // namespace

int serve(const ServeOptions& options) {
    Terminal terminal("nextjob serve");
#ifdef __GLIBC__
    // An arena for each thread keeps what others could use. There is no thread yet.
    ::mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe)
#endif
    std::signal(SIGPIPE, SIG_IGN);  // a client or log reader that goes away is no reason to stop
    std::signal(SIGXFSZ, SIG_IGN);  // nor is a file that may not grow: the write says so
    // The secrets come first: a server without them must not touch the database.
    const auto config = readConfig(processEnvironment());
    if (!config) return terminal.fail(config.error());
    const Roles roles(options.roles);
    if (config->backend && !roles.api) {
        const auto served = serveApart(*config, roles);
        return served ? terminal.finish(0) : terminal.fail(served.error());
    }
    if (const auto directory = openDataDirectory(config->dataDirectory); !directory)
        return terminal.fail(directory.error());
    const auto secrets = openSecrets(*config);
    if (!secrets) return terminal.fail(secrets.error());
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    auto queue = queue::open(*workspace->store, {}, workspace->config.redisUrl);
    if (!queue) return terminal.fail(queue.error());
    run(*workspace, *secrets, **queue, roles);
    return terminal.finish(0);
}

}  // namespace nextjob::app
