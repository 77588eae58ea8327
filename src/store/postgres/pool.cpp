#include "store/postgres/pool.hpp"

#include "model/completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nextjob::store::postgres {

namespace {

constexpr std::chrono::milliseconds shortestBackOff{100};
constexpr std::chrono::milliseconds longestBackOff{2'000};
constexpr std::chrono::milliseconds watchEvery{100};

}  // namespace

Lease::~Lease() {
    if (pool_ != nullptr && connection_) pool_->giveBack(std::move(connection_));
}

Pool::Pool(PoolOptions options, std::shared_ptr<Connection> first) : options_(std::move(options)) {
    idle_.push_back(std::move(first));
    connector_ = std::jthread([this](const std::stop_token& stop) { connectLoop(stop); });
    watch_ = std::jthread([this](const std::stop_token& stop) { watchLoop(stop); });
}

Pool::~Pool() {
    connector_.request_stop();
    watch_.request_stop();
}

// A connection that still stands. The dead ones on the way are dropped.
std::shared_ptr<Connection> Pool::takeIdle() {
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->disturbed()) continue;
        lent_.push_back(connection);
        return connection;
    }
    return nullptr;
}

Task<Result<Lease>> Pool::lease() {
    {
        std::shared_ptr<Connection> connection;
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.empty()) connection = takeIdle();
        }
        if (connection) co_return Lease(*this, std::move(connection));
    }
    auto start = [this](Completion<Result<Lease>> done) { enter(std::move(done)); };
    co_return co_await suspended<Result<Lease>>(std::move(start));
}

Connections Pool::connections() const {
    const std::lock_guard lock(mutex_);
    return {.open = static_cast<std::int64_t>(idle_.size() + lent_.size()),
            .waiting = static_cast<std::int64_t>(waiting_.size())};
}

// Waits its turn, or is told at once that there are too many.
void Pool::enter(Handler handler) {
    std::shared_ptr<Connection> connection;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) connection = takeIdle();
        if (!connection && waiting_.size() < options_.maximumWaiting) {
            waiting_.push_back({Clock::now() + options_.connectionWait, std::move(handler)});
            wanted_.notify_one();
            return;
        }
    }
    if (connection) {
        handler(Lease(*this, std::move(connection)));
    } else {
        handler(failure(ErrorCode::Unavailable, "Too many calls wait for the database. Try again later."));
    }
}

void Pool::giveBack(std::shared_ptr<Connection> connection) {
    {
        const std::lock_guard lock(mutex_);
        std::erase(lent_, connection);  // from here on the watch leaves it alone
        connection->endCall();
        if (!connection->reusable()) {
            wanted_.notify_one();
            return;
        }
    }
    hand(std::move(connection));
}

// To whoever has waited longest; else it lies ready.
void Pool::hand(std::shared_ptr<Connection> connection) {
    Waiter next;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
            idle_.push_back(std::move(connection));
            return;
        }
        next = std::move(waiting_.front());
        waiting_.pop_front();
        lent_.push_back(connection);
    }
    next.handler(Lease(*this, std::move(connection)));
}

void Pool::connectLoop(const std::stop_token& stop) {
    auto backOff = shortestBackOff;
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            const bool any = wanted_.wait(
                lock, stop, [this] { return !waiting_.empty() && idle_.size() + lent_.size() < options_.connections; });
            if (!any) return;
        }
        try {
            auto made = std::make_shared<Connection>(options_.url, options_.statementTimeout);
            {
                const std::lock_guard lock(mutex_);
                lastFailure_.clear();
            }
            backOff = shortestBackOff;
            hand(std::move(made));
        } catch (const std::exception& error) {
            std::unique_lock lock(mutex_);
            lastFailure_ = error.what();
            wanted_.wait_for(lock, stop, backOff, [] { return false; });
            backOff = std::min(backOff * 2, longestBackOff);
        }
    }
}

Error Pool::noConnection() const {
    return {ErrorCode::Unavailable, lastFailure_.empty()
                                        ? "The database is too busy: no connection was free in time. Try again later."
                                        : fmt::format("The database can't be reached: {}.", lastFailure_)};
}

void Pool::watchLoop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::vector<Waiter> late;
        std::optional<Error> error;
        {
            std::unique_lock lock(mutex_);
            watching_.wait_for(lock, stop, watchEvery, [] { return false; });
            const auto now = Clock::now();
            for (const auto& connection : lent_) connection->breakWhenLate(now);
            while (!waiting_.empty() && (waiting_.front().deadline <= now || stop.stop_requested())) {
                late.push_back(std::move(waiting_.front()));
                waiting_.pop_front();
            }
            error = noConnection();
        }
        for (Waiter& waiter : late) waiter.handler(std::unexpected(*error));
    }
}

}  // namespace nextjob::store::postgres
