#include "api/http_server.hpp"

#include "api/connection.hpp"
#include "api/listener.hpp"
#include "api/loop.hpp"
#include "api/reply.hpp"
#include "api/response_head.hpp"
#include "wire/write.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
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

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

struct FailureLine {
    std::string_view event;
    std::string_view error;
};
BOOST_DESCRIBE_STRUCT(FailureLine, (), (event, error))

// The server's word to a connection for which there is no room.
void turnAway(asio::ip::tcp::socket socket) {
    const Response response = refuseUntil(503, "The server has as many connections as it takes.", 1s);
    const std::string text = responseHead(response, "none", true) + response.body;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
}

}  // namespace

struct HttpServer::Parts {
    Parts(const HttpOptions& options, Front& before, Dispatcher& of, std::shared_ptr<spdlog::logger> to);
    ~Parts();

    void start();
    std::size_t drain(std::chrono::milliseconds patience);

    Loop& nextLoop();
    void accepted(asio::ip::tcp::socket socket, Loop& loop);
    bool admit(const std::string& client);
    void closed(const std::string& client);
    void logFailure(const std::exception_ptr& failure) const;
    bool waitUntilClosed(std::chrono::milliseconds patience);
    void onEachLoop(void (*work)(Loop&, const Limits&));

    Front& front;
    Dispatcher& dispatcher;
    const std::shared_ptr<spdlog::logger> log;
    std::unique_ptr<Tls> tls;  // null: plain HTTP
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
    bool listening = false;
};

HttpServer::Parts::Parts(const HttpOptions& options, Front& before, Dispatcher& of, std::shared_ptr<spdlog::logger> to)
    : front(before),
      dispatcher(of),
      log(std::move(to)),
      tls(options.tls ? std::make_unique<Tls>(*options.tls, log) : nullptr),
      loops(options.threads == 0 ? cores() : options.threads),
      listener(loops.front().context.get_executor(), options.host, options.port),
      next(loops.begin()) {}

void HttpServer::Parts::start() {
    listening = true;
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

Loop& HttpServer::Parts::nextLoop() {
    if (next == loops.end()) next = loops.begin();
    return *next++;
}

void HttpServer::Parts::accepted(asio::ip::tcp::socket socket, Loop& loop) {
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error).address();
    auto client = front.trustedProxies.contains(peer) ? std::string() : rateLimitKey(peer);
    if (!admit(client)) {
        turnAway(std::move(socket));
        return;
    }
    // The connection is made on its loop's thread, whose table it enters.
    asio::post(loop.context, [this, &loop, socket = std::move(socket), client = std::move(client)]() mutable {
        auto connection = std::make_unique<Connection>(std::move(socket), tls ? tls->current() : nullptr, loop,
                                                       ConnectionContext{dispatcher, front, log});
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
bool HttpServer::Parts::admit(const std::string& client) {
    const std::scoped_lock lock(mutex);
    if (open >= front.limits.connections) return false;
    if (!client.empty() && openOf[client] >= front.limits.connectionsPerClient) return false;
    ++open;
    if (!client.empty()) ++openOf[client];
    return true;
}

void HttpServer::Parts::closed(const std::string& client) {
    const std::scoped_lock lock(mutex);
    --open;
    if (const auto found = openOf.find(client); found != openOf.end() && --found->second == 0) openOf.erase(found);
    allClosed.notify_all();
}

// The boundary of a connection: what escapes it is our fault, and must not end the others.
void HttpServer::Parts::logFailure(const std::exception_ptr& failure) const {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        log->error(wire::write(FailureLine{"connection_fault", error.what()}));
    }
}

bool HttpServer::Parts::waitUntilClosed(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex);
    return allClosed.wait_for(lock, patience, [this] { return open == 0 && !listening; });
}

void HttpServer::Parts::onEachLoop(void (*task)(Loop&, const Limits&)) {
    for (Loop& loop : loops) asio::post(loop.context, [this, &loop, task] { task(loop, front.limits); });
}

std::size_t HttpServer::Parts::drain(std::chrono::milliseconds patience) {
    front.draining = true;
    asio::post(loops.front().context, [this] { listener.stop(); });
    onEachLoop([](Loop& loop, const Limits& limits) { loop.drain(limits.drainGrace); });
    if (waitUntilClosed(patience)) return 0;
    const std::scoped_lock lock(mutex);
    return open;
}

// What handlers wait for is bounded below them, so that this ends. A loop is not stopped but runs dry: whoever has just
// woken a handler from another thread may not be done with the loop yet, and keeps it (Completion).
HttpServer::Parts::~Parts() {
    drain(0ms);
    while (!waitUntilClosed(50ms)) onEachLoop([](Loop& loop, const Limits&) { loop.closeAll(); });
    work.clear();
    threads.clear();
}

HttpServer::HttpServer(const HttpOptions& options, Front& front, Dispatcher& dispatcher,
                       std::shared_ptr<spdlog::logger> log)
    : parts_(std::make_unique<Parts>(options, front, dispatcher, std::move(log))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return parts_->listener.port(); }

void HttpServer::start() { parts_->start(); }

std::size_t HttpServer::drain(std::chrono::milliseconds patience) { return parts_->drain(patience); }

}  // namespace nextjob::api
