#include "api/server.hpp"

#include "api/dispatcher.hpp"
#include "api/front.hpp"
#include "api/http_server.hpp"
#include "api/routes.hpp"
#include "api/services.hpp"
#include "auth/random_token.hpp"
#include "store/store.hpp"

#include <boost/asio/thread_pool.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <thread>

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

Vitals vitals(const ServerDependencies& dependencies) {
    Vitals of = vitalsOf(dependencies.store, dependencies.queue);
    of.counts = dependencies.counts;
    return of;
}

}  // namespace

struct Server::Parts {
    Parts(const ServerOptions& options, ServerDependencies dependencies);
    ~Parts();

    asio::thread_pool blockingThreads{blockingThreadCount};
    ingest::ImapClient imapClient;
    ingest::ImapMailboxes imap;
    Front front;
    Services services;
    Dispatcher dispatcher;
    std::unique_ptr<HttpServer> http;
};

Server::Parts::Parts(const ServerOptions& options, ServerDependencies dependencies)
    : imapClient({.rules = options.imap}),
      imap(dependencies.store.imapAccounts(), dependencies.store.mailboxes(), auth::TokenSeal(options.tokenSecrets),
           imapClient, dependencies.log),
      front(options.http, vitals(dependencies)),
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
               .spool{.directory = options.spoolDirectory,
                      .disk = blockingThreads.get_executor(),
                      .imports = dependencies.store.imports()},
               .publicUrl = options.publicUrl,
               .registrationOpen = options.registrationOpen},
      dispatcher(routes(), front, &services, dependencies.log),
      http(std::make_unique<HttpServer>(options.http, front, dispatcher, dependencies.log)) {
    if (services.publicUrl.empty())
        services.publicUrl =
            fmt::format("{}://{}:{}", options.http.tls ? "https" : "http", options.http.host, http->port());
    http->start();
}

// What waits for the blocking threads ends before them, and they before what they work with.
Server::Parts::~Parts() {
    http.reset();
    blockingThreads.join();
}

Server::Server(const ServerOptions& options, ServerDependencies dependencies)
    : parts_(std::make_unique<Parts>(options, std::move(dependencies))) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return parts_->http->port(); }

std::size_t Server::drain(std::chrono::milliseconds patience) { return parts_->http->drain(patience); }

}  // namespace nextjob::api
