#include "api/server.hpp"

#include "api/connection.hpp"
#include "api/dispatcher.hpp"
#include "api/listener.hpp"
#include "api/loop.hpp"
#include "api/reply.hpp"
#include "api/response_head.hpp"
#include "api/routes.hpp"
#include "api/services.hpp"
#include "auth/random_token.hpp"
#include "store/store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace nextjob::api {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t passwordQueue = 64;             // past it, sign-ins get 503
constexpr std::size_t blockingThreadCount = 2;        // for uploads mostly
constexpr std::size_t mostRenderedBytes = 12U << 20;  // packed: the first pages of a thousand users

// An address may cost the server 120 password hashes at once and then two a second; an account may fail ten times and
// then every ten seconds.
constexpr int credentialBurst = 120;
constexpr auto credentialInterval = 500ms;
constexpr int failedLoginBurst = 10;
constexpr auto failedLoginInterval = 10'000ms;
// From all addresses together: so many that nobody keeps the owner out at little cost, and guessing stays hopeless.
constexpr int failedLoginBurstOfAccount = 200;
constexpr auto failedLoginIntervalOfAccount = 30'000ms;
// An account gets three mails at once that anyone may ask for, and then one in ten minutes.
constexpr int letterBurst = 3;
constexpr auto letterInterval = 600'000ms;

// A user may try ten mail servers at once and then one every 20 seconds: each may keep a thread for half a minute.
constexpr int imapBurst = 10;
constexpr auto imapInterval = 20'000ms;

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

// Without a key of their own services' tokens are signed by one that ends with the process.
auth::ServiceTokens serviceTokens(const ServerOptions& options) {
    auto secrets = options.serviceTokenSecrets;
    if (secrets.empty()) secrets.push_back(auth::randomToken(32));
    return {auth::JwtKeys(secrets), options.serviceSecrets, options.serviceTokenLifetime};
}

struct FailureLine {
    std::string_view event;
    std::string_view error;
};
BOOST_DESCRIBE_STRUCT(FailureLine, (), (event, error))

TrustedProxies proxies(const std::vector<std::string>& networks) {
    auto parsed = TrustedProxies::parse(networks);
    if (!parsed) throw std::runtime_error("TRUSTED_PROXIES is wrong: " + parsed.error().message);
    return std::move(*parsed);
}

// The server's word to a connection for which there is no room.
void turnAway(asio::ip::tcp::socket socket) {
    const Response response = refuseUntil(503, "The server has as many connections as it takes.", 1s);
    const std::string text = responseHead(response, "none", true) + response.body;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
}

}  // namespace

struct Server::Parts {
    Parts(ServerOptions options, ServerDependencies dependencies);
    ~Parts();

    std::size_t drain(std::chrono::milliseconds patience);

    Loop& nextLoop();
    void accepted(asio::ip::tcp::socket socket, Loop& loop);
    bool admit(const std::string& client);
    void closed(const std::string& client);
    void logFailure(const std::exception_ptr& failure) const;
    bool waitUntilClosed(std::chrono::milliseconds patience);
    void onEachLoop(void (*work)(Loop&, const Limits&));

    std::shared_ptr<spdlog::logger> log;
    asio::thread_pool blockingThreads{blockingThreadCount};
    ingest::ImapClient imapClient;
    ingest::ImapMailboxes imap;
    Services services;
    std::unique_ptr<Tls> tls;  // null: plain HTTP
    Dispatcher dispatcher;
    std::list<Loop> loops;
    std::list<asio::executor_work_guard<asio::io_context::executor_type>> work;  // keeps each loop running
    Listener listener;
    std::vector<std::jthread> threads;

    std::list<Loop>::iterator next;  // on the first loop's thread
    Loop* chosen = nullptr;          // for the connection that is accepted next; there too
    std::mutex mutex;
    std::condition_variable allClosed;
    std::size_t open = 0;                                 // connections
    std::unordered_map<std::string, std::size_t> openOf;  // by client; those of trusted proxies do not count
    bool listening = true;
};

Server::Parts::Parts(ServerOptions options, ServerDependencies dependencies)
    : log(std::move(dependencies.log)),
      imapClient({.rules = options.imap}),
      imap(dependencies.store.imapAccounts(), dependencies.store.mailboxes(), auth::TokenSeal(options.tokenSecrets),
           imapClient, log),
      services{.store = dependencies.store,
               .importer = dependencies.importer,
               .rescorer = dependencies.rescorer,
               .analyser = dependencies.analyser,
               .mailer = dependencies.mailer,
               .queue = dependencies.queue,
               .blocking = blockingThreads.get_executor(),
               .passwords{options.passwordCost, cores(), passwordQueue},
               .accessTokens{auth::JwtKeys(options.tokenSecrets), options.accessTokenLifetime},
               .refreshTokens{dependencies.store.sessions(), options.refreshTokenLifetime},
               .linkTokens = auth::LinkTokens(auth::JwtKeys(options.tokenSecrets)),
               .accounts = auth::Accounts(dependencies.store.users()),
               .serviceTokens = serviceTokens(options),
               .tokenSeal = auth::TokenSeal(options.tokenSecrets),
               .google = dependencies.google,
               .imap = imap,
               .imapSignIns{imapBurst, imapInterval},
               .mailboxAsked = std::move(dependencies.mailboxAsked),
               .credentialUses{credentialBurst, credentialInterval},
               .failedLogins{failedLoginBurst, failedLoginInterval},
               .failedLoginsOfAccount{failedLoginBurstOfAccount, failedLoginIntervalOfAccount},
               .letters{letterBurst, letterInterval},
               .renderedPages = RenderedPages(mostRenderedBytes),
               .limits = options.limits,
               .cors = CorsPolicy(options.allowedOrigins),
               .trustedProxies = proxies(options.trustedProxies),
               .allowedHosts = options.allowedHosts,
               .publicUrl = options.publicUrl,
               .spoolDirectory = options.spoolDirectory,
               .registrationOpen = options.registrationOpen,
               .metricsToken = options.metricsToken,
               .syncMetrics = dependencies.sync},
      tls(options.tls ? std::make_unique<Tls>(*options.tls, log) : nullptr),
      dispatcher(routes(), services, log),
      loops(options.threads == 0 ? cores() : options.threads),
      listener(loops.front().context.get_executor(), options.host, options.port),
      next(loops.begin()) {
    if (services.publicUrl.empty())
        services.publicUrl = fmt::format("{}://{}:{}", tls ? "https" : "http", options.host, listener.port());
    auto run = listener.run(
        [this]() -> asio::any_io_executor {
            chosen = &nextLoop();
            return chosen->context.get_executor();
        },
        [this](asio::ip::tcp::socket socket) { accepted(std::move(socket), *chosen); });
    asio::co_spawn(loops.front().context, std::move(run), [this](const std::exception_ptr& failure) {
        const std::scoped_lock lock(mutex);
        listening = false;
        allClosed.notify_all();
        logFailure(failure);
    });
    for (Loop& loop : loops) {
        work.emplace_back(loop.context.get_executor());
        threads.emplace_back([&loop] { loop.context.run(); });
    }
}

Loop& Server::Parts::nextLoop() {
    if (next == loops.end()) next = loops.begin();
    return *next++;
}

void Server::Parts::accepted(asio::ip::tcp::socket socket, Loop& loop) {
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error).address();
    auto client = services.trustedProxies.contains(peer) ? std::string() : rateLimitKey(peer);
    if (!admit(client)) {
        turnAway(std::move(socket));
        return;
    }
    // The connection is made on its loop's thread, whose table it enters.
    asio::post(loop.context, [this, &loop, socket = std::move(socket), client = std::move(client)]() mutable {
        auto connection = std::make_unique<Connection>(std::move(socket), tls ? tls->current() : nullptr, loop,
                                                       ConnectionContext{dispatcher, services, log});
        auto& running = *connection;
        asio::co_spawn(loop.context, running.run(),
                       [this, connection = std::move(connection),
                        client = std::move(client)](const std::exception_ptr& failure) mutable {
                           connection.reset();
                           logFailure(failure);
                           closed(client);
                       });
    });
}

// Whether there is room for one more connection of this client; "" is a trusted proxy, which has many behind it.
bool Server::Parts::admit(const std::string& client) {
    const std::scoped_lock lock(mutex);
    if (open >= services.limits.connections) return false;
    if (!client.empty() && openOf[client] >= services.limits.connectionsPerClient) return false;
    ++open;
    if (!client.empty()) ++openOf[client];
    return true;
}

void Server::Parts::closed(const std::string& client) {
    const std::scoped_lock lock(mutex);
    --open;
    if (const auto found = openOf.find(client); found != openOf.end() && --found->second == 0) openOf.erase(found);
    allClosed.notify_all();
}

// The boundary of a connection: what escapes it is our fault, and must not end the others.
void Server::Parts::logFailure(const std::exception_ptr& failure) const {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        log->error(json::write(FailureLine{"connection_fault", error.what()}));
    }
}

bool Server::Parts::waitUntilClosed(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex);
    return allClosed.wait_for(lock, patience, [this] { return open == 0 && !listening; });
}

void Server::Parts::onEachLoop(void (*task)(Loop&, const Limits&)) {
    for (Loop& loop : loops) asio::post(loop.context, [this, &loop, task] { task(loop, services.limits); });
}

std::size_t Server::Parts::drain(std::chrono::milliseconds patience) {
    services.draining = true;
    asio::post(loops.front().context, [this] { listener.stop(); });
    onEachLoop([](Loop& loop, const Limits& limits) { loop.drain(limits.drainGrace); });
    if (waitUntilClosed(patience)) return 0;
    const std::scoped_lock lock(mutex);
    return open;
}

// What handlers wait for is bounded below them, so that this ends.
Server::Parts::~Parts() {
    drain(0ms);
    while (!waitUntilClosed(50ms)) onEachLoop([](Loop& loop, const Limits&) { loop.closeAll(); });
    for (Loop& loop : loops) loop.context.stop();
    threads.clear();
    blockingThreads.join();
}

Server::Server(ServerOptions options, ServerDependencies dependencies)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(dependencies))) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return parts_->listener.port(); }

std::size_t Server::drain(std::chrono::milliseconds patience) { return parts_->drain(patience); }

}  // namespace nextjob::api
