#include "app/commands/doctor.hpp"

#include "app/backend_config.hpp"
#include "app/environment.hpp"
#include "app/progress.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "model/run_task.hpp"
#include "net/backend/backend_client.hpp"
#include "net/http/http_client.hpp"
#include "queue/open.hpp"
#include "store/imports.hpp"
#include "store/open.hpp"
#include "store/users.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace nextjob::app {

namespace {

constexpr std::uintmax_t littleSpace = 512U << 20;

// The list that doctor prints, a line a finding.
class Findings {
  public:
    explicit Findings(Terminal& terminal) : terminal_(terminal) {}

    void good(std::string_view what, std::string_view said) { line("ok", what, said); }
    void note(std::string_view what, std::string_view said) { line("note", what, said); }
    void bad(std::string_view what, std::string_view said) {
        line("MEND", what, said);
        healthy_ = false;
    }
    bool healthy() const { return healthy_; }

  private:
    void line(std::string_view mark, std::string_view what, std::string_view said) {
        terminal_.print(fmt::format("{:<5} {:<18} {}\n", mark, what, said));
    }

    Terminal& terminal_;
    bool healthy_ = true;
};

void examineDirectory(Findings& findings, const Config& config) {
    const auto& directory = config.dataDirectory;
    std::error_code error;
    if (!std::filesystem::exists(directory, error)) {
        findings.note("data directory", fmt::format("{} will be made at first use", directory.string()));
        return;
    }
    if (const auto opened = openDataDirectory(directory); !opened) {
        findings.bad("data directory", opened.error().message);
        return;
    }
    const auto space = std::filesystem::space(directory, error);
    const auto said = fmt::format("{} ({} MB free)", directory.string(),
                                  countText(static_cast<std::int64_t>(space.available >> 20U)));
    if (!error && space.available < littleSpace)
        findings.bad("data directory", said + ": make room on this disk, or imports will stop");
    else
        findings.good("data directory", said);
    struct stat status{};
    if (::stat(directory.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        findings.note("data directory", fmt::format("others on this machine may look into it; to keep them out: chmod "
                                                    "700 '{}'",
                                                    directory.string()));
}

void examineSecret(Findings& findings, const Config& config, const char* name, bool given) {
    std::error_code error;
    if (given)
        findings.good(name, "from the environment");
    else if (config.database.engine == DatabaseEngine::Postgres)
        findings.bad(name, "not set, and with PostgreSQL it must be: openssl rand -hex 32 makes one");
    else if (std::filesystem::exists(config.dataDirectory / "secrets.env", error))
        findings.good(name, fmt::format("kept in {}", (config.dataDirectory / "secrets.env").string()));
    else
        findings.note(name, "will be made when the server first starts");
}

void examineContents(Findings& findings, store::Store& store) {
    const auto damage = runTask(store.check());
    if (!damage) {
        findings.bad("database", damage.error().message);
    } else if (damage->empty()) {
        findings.good("database", "checked: undamaged");
    } else {
        for (const auto& sentence : *damage) findings.bad("database", sentence);
    }
    const auto users = runTask(store.users().list("", {.limit = 1, .cursor = {}}));
    if (users && users->count == 0)
        findings.note("users", "none yet: nextjob user add --email you@example.org --password-stdin");
    else if (users)
        findings.good("users", countText(users->count));
    const auto unfinished = runTask(store.imports().unfinished());
    for (const auto& import : unfinished.value_or(std::vector<Import>{}))
        findings.note("import", fmt::format("\"{}\" is not finished: give its command again, or start the server",
                                            import.fileName));
}

// Where it is has been said; so it is silent when that can't be used.
void examineQueue(Findings& findings, const Config& config, store::Store& store) {
    const auto queue = queue::open(store, {}, config.redisUrl);
    if (!queue) return;
    const auto depth = runTask((*queue)->depth());
    if (!depth)
        findings.bad("queue", depth.error().message);
    else if (depth->dead != 0)
        findings.note("queue",
                      fmt::format("{} waiting, {} given up on", countText(depth->waiting()), countText(depth->dead)));
    else
        findings.good("queue", fmt::format("{} waiting", countText(depth->waiting())));
}

void examineRedis(Findings& findings, const std::string& url) {
    const auto server = queue::describeRedis(url);
    if (server)
        findings.good("queue", *server);
    else
        findings.bad("queue", server.error().message);
}

void examineDatabase(Findings& findings, const Config& config) {
    const auto file = store::sqliteFile(config.database.url);
    std::error_code error;
    if (file && !std::filesystem::exists(*file, error)) {
        findings.note("database", fmt::format("SQLite in {}, will be made at first use", file->string()));
        return;
    }
    auto store = store::open(config.database.url, {.migrate = false});
    if (!store) {
        findings.bad("database", store.error().message);
        return;
    }
    findings.good("database", (*store)->describe());
    examineContents(findings, **store);
    examineQueue(findings, config, **store);
}

// What a worker without a database stands on. Nothing is known of the roles here: whoever has a secret is asked for.
void examineBackend(Findings& findings, const Config& config) {
    const auto http = net::makeHttpClient({.plainHosts = config.backend->plainHosts});
    bool known = false;
    for (const char* service : {"gmail_service", "digest_generator"}) {
        const auto options = backendOptions(*config.backend, config.serviceSecrets, service);
        if (!options) continue;
        known = true;
        net::BackendClient client(*http, *options);
        const auto reached = runTask(client.check());
        if (reached)
            findings.good("backend", fmt::format("{} knows {}", config.backend->baseUrl, service));
        else
            findings.bad("backend", reached.error().message);
    }
    if (!known)
        findings.bad("backend",
                     "a worker needs SERVICE_SECRET_GMAIL_SERVICE (ingest) or "
                     "SERVICE_SECRET_DIGEST_GENERATOR (analyse), as the backend has it");
}

}  // namespace

int doctor() {
    Terminal terminal("nextjob doctor");
    Findings findings(terminal);
    findings.good("nextjob", NEXTJOB_VERSION);
    const auto config = readConfig(processEnvironment());
    if (!config) {
        findings.bad("configuration", config.error().message);
        return terminal.finish(1);
    }
    examineDirectory(findings, *config);
    if (config->redisUrl) examineRedis(findings, *config->redisUrl);
    if (config->backend) examineBackend(findings, *config);
    if (config->backend && !processEnvironment().get("DATABASE_URL")) {
        findings.note("database", "none: with BACKEND_BASE_URL the roles ingest and analyse work without");
        return terminal.finish(findings.healthy() ? 0 : 1);
    }
    examineDatabase(findings, *config);
    examineSecret(findings, *config, "SECRET_KEY", config->secretKey.has_value());
    examineSecret(findings, *config, "SERVICE_JWT_SECRET", config->serviceJwtSecret.has_value());
    if (config->google)
        findings.good("google", "users can connect Gmail accounts");
    else
        findings.note("google", "not set up, so nobody can connect a Gmail account: docs/google.md says how");
    findings.good("server", fmt::format("would listen on http://{}:{}, for the hosts {}", config->host, config->port,
                                        fmt::join(config->allowedHosts, ", ")));
    return terminal.finish(findings.healthy() ? 0 : 1);
}

}  // namespace nextjob::app
