// What many connected Gmail mailboxes cost one process, for scripts/bench sync: a line of JSON.
//
//   sync_load MAILBOXES SECONDS
//
// Everything is as `nextjob serve` has it (SQLite on disk, sealed tokens, the HTTP client), but for the Gmail server,
// which is a process of its own that knows no mail and answers at once. First every mailbox has its first run; then all
// are due again and again, one after the other, for so many seconds: the most that the process can do. The figures are
// of quiet polls.

#include "auth/google/google.hpp"
#include "ingest/gmail/gmail_sync.hpp"
#include "ingest/sync/local_sync_backend.hpp"
#include "ingest/sync/sync_workers.hpp"
#include "model/run_task.hpp"
#include "observe/log.hpp"
#include "observe/sync_metrics.hpp"
#include "queue/open.hpp"
#include "store/google_credentials.hpp"
#include "store/mailboxes.hpp"
#include "store/open.hpp"
#include "store/users.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

namespace {

using namespace nextjob;
using Clock = std::chrono::steady_clock;

template <class T>
auto valueOf(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string answerTo(std::string_view request) {
    std::string_view body = R"({"historyId":"1000"})";
    if (request.contains("/profile")) body = R"({"emailAddress":"a@gmail.com","messagesTotal":0,"historyId":"1000"})";
    if (request.contains("/messages?")) body = R"({"resultSizeEstimate":0})";
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", body.size(),
                       body);
}

void answerAll(int connection) {
    std::string unread;
    char buffer[8192];
    for (ssize_t count = 0; (count = ::read(connection, buffer, sizeof buffer)) > 0;) {
        unread.append(buffer, static_cast<std::size_t>(count));
        for (auto end = unread.find("\r\n\r\n"); end != std::string::npos; end = unread.find("\r\n\r\n")) {
            const std::string answer = answerTo(std::string_view(unread).substr(0, end));
            unread.erase(0, end + 4);
            if (::write(connection, answer.data(), answer.size()) < 0) break;
        }
    }
    ::close(connection);
}

// A Gmail in a process of its own, until this one ends it.
class Gmail {
  public:
    Gmail() {
        const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        if (::bind(listener, any, size) != 0 || ::listen(listener, 64) != 0 || ::getsockname(listener, any, &size) != 0)
            throw std::runtime_error("no port for a Gmail");
        url = fmt::format("http://127.0.0.1:{}", ntohs(address.sin_port));
        process_ = ::fork();
        if (process_ == 0) {
            while (true) {
                const int connection = ::accept(listener, nullptr, nullptr);
                const int on = 1;
                ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                std::thread(answerAll, connection).detach();
            }
        }
        ::close(listener);
    }
    ~Gmail() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    Gmail(const Gmail&) = delete;
    Gmail& operator=(const Gmail&) = delete;

    std::string url;

  private:
    pid_t process_ = 0;
};

double cpuSeconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double residentMegabytes() {
    std::ifstream status("/proc/self/statm");
    std::int64_t all = 0, resident = 0;
    status >> all >> resident;
    return static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / 1e6;
}

void connectAll(store::Store& store, auth::GoogleConnections& connections, int count) {
    for (int i = 0; i < count; ++i) {
        const std::string email = fmt::format("user{}@gmail.com", i);
        NewUser person{.email = email, .passwordHash = "x", .fullName = ""};
        const UserId user = valueOf(runTask(store.users().create(std::move(person)))).id;
        auth::GoogleIdentity who{.subject = fmt::format("s{}", i), .email = email, .name = ""};
        auth::GoogleGrant grant{.access = std::string(200, 'a'),
                                .refresh = std::string(100, 'r'),
                                .idToken = {},
                                .expiry = currentTime() + std::chrono::hours(24),
                                .clientId = "c",
                                .scopes = {}};
        valueOf(runTask(connections.connect(user, std::move(who), std::move(grant))));
    }
}

std::string measure(int mailboxes, int seconds, const std::filesystem::path& folder) {
    const Gmail gmail;
    const auto http = net::makeHttpClient();
    const auto log = observe::silentLog();
    const auto store = valueOf(store::open(store::sqliteUrl(folder / "load.db")));
    const auto queue = valueOf(queue::open(*store));
    const std::vector<std::string> secrets{std::string(32, 'k')};
    auth::Google google(*http, {.clientId = "c", .clientSecret = "s"}, store->googleCredentials(),
                        auth::TokenSeal(secrets), log);
    connectAll(*store, google.connections, mailboxes);
    const double memoryBefore = residentMegabytes();

    ingest::LocalSyncBackend backend(store->mailboxes(), *queue, &google.connections, nullptr, "load");
    std::map<std::string, std::atomic<std::int64_t>, std::less<>> calls;
    for (const char* name : {"profile", "messages.list", "history.list"}) calls[name] = 0;
    ingest::GmailClientOptions options{.url = gmail.url};
    options.count = [&calls](std::string_view call, std::string_view) { ++calls.find(call)->second; };
    ingest::GmailClient client(
        *http,
        [&backend](UserId user, std::string refused, std::stop_token stop) {
            return backend.gmailToken(user, std::move(refused), std::move(stop));
        },
        options);
    observe::SyncMetrics metrics;
    ingest::SyncOptions sync;
    sync.schedule.shortest = sync.schedule.longest = std::chrono::milliseconds(1);
    std::vector<std::unique_ptr<ingest::SourceSync>> sources;
    sources.push_back(std::make_unique<ingest::GmailSync>(client));
    ingest::SyncWorkers workers(backend, std::move(sources), metrics, log, sync);
    while (calls.find("profile")->second < mailboxes) std::this_thread::sleep_for(std::chrono::milliseconds(5));

    const auto begin = Clock::now();
    const double cpu = cpuSeconds();
    const std::int64_t polls = calls.find("history.list")->second;
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    const auto made = static_cast<double>(calls.find("history.list")->second - polls);
    const double cpuUsed = cpuSeconds() - cpu;
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    const double memory = residentMegabytes();
    const auto others = calls.find("profile")->second + calls.find("messages.list")->second - 2 * mailboxes;
    workers.stop();
    return fmt::format(R"({{"mailboxes":{},"calls_per_s":{:.0f},"cpu_ms_per_poll":{:.2f},"calls_besides_polls":{},)"
                       R"("memory_before_mb":{:.1f},"memory_mb":{:.1f}}})",
                       mailboxes, made / took, 1000 * cpuUsed / made, others, memoryBefore, memory);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        fmt::print(stderr, "usage: sync_load MAILBOXES SECONDS\n");
        return 2;
    }
    std::string name = (std::filesystem::temp_directory_path() / "sync-load-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return 1;
    const auto figures = measure(std::stoi(arguments[1]), std::stoi(arguments[2]), name);
    std::filesystem::remove_all(name);
    fmt::print("{}\n", figures);
    return 0;
}
