#pragma once

#include "model/error.hpp"
#include "model/task.hpp"
#include "store/open.hpp"
#include "store/postgres/call.hpp"
#include "store/postgres/failure.hpp"
#include "store/signal.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nextjob::store::postgres {

// One database on a server, through a pool of connections. Shared by all threads; must outlive the calls under way.
class Database {
  public:
    // Connects and migrates. Blocks. Errors as store::open says.
    static Result<std::unique_ptr<Database>> open(const std::string& url, const OpenOptions& options);

    // Each takes `work` as Task<Result<T>>(Call&), which may be called again and so must not consume what it holds.
    // A read is tried anew when its connection breaks. Nothing is tried anew once a call's deadline is over.
    template <class Work>
    auto read(Work work) {
        return perform(std::move(work), Kind::Read);
    }
    // Changes of one batch, which is a transaction by itself.
    template <class Work>
    auto once(Work work) {
        return perform(std::move(work), Kind::Once);
    }
    // One transaction of several batches; it stays only when the work returns a value, and is durable then. Tried anew
    // when another transaction is in its way.
    template <class Work>
    auto write(Work work) {
        return perform(std::move(work), Kind::Write);
    }

    Timestamp now() const { return clock_(); }
    std::chrono::milliseconds serverWait() const { return serverWait_; }  // OpenOptions'
    const std::string& url() const { return url_; }
    Connections connections() const { return pool_->connections(); }
    const std::string& description() const { return description_; }
    const std::vector<std::string>& migrationsApplied() const { return migrationsApplied_; }

    Signal workArrived;  // something can be claimed from the queue
    Signal roomMade;     // something has left the queue

  private:
    enum class Kind { Read, Once, Write };

    Database(std::string url, const OpenOptions& options)
        : url_(std::move(url)), clock_(options.clock), serverWait_(options.serverWait) {}

    template <class Work, class Outcome = typename std::invoke_result_t<Work&, Call&>::value_type>
    Task<Outcome> perform(Work work, Kind kind) {
        constexpr int mostTries = 4;
        const auto patience = Connection::Clock::now() + callDeadline_;
        for (int attempt = 1;; ++attempt) {
            auto lease = co_await pool_->lease();
            if (!lease) co_return std::unexpected(std::move(lease.error()));
            std::optional<PostgresError> refused;
            {
                Call call(std::move(*lease), callDeadline_, kind == Kind::Write);
                try {
                    Outcome outcome = co_await work(call);
                    co_await call.finish(outcome.has_value());
                    co_return outcome;
                } catch (const PostgresError& error) {
                    refused = error;
                }
                if (!refused->connectionLost()) co_await rollBack(call);
            }
            const bool again = worthAnotherTry(*refused) || (kind == Kind::Read && refused->connectionLost());
            if (!again || attempt == mostTries || Connection::Clock::now() >= patience)
                co_return std::unexpected(describeFailure(*refused));
        }
    }

    static Task<void> rollBack(Call& call);

    const std::string url_;
    const std::function<Timestamp()> clock_;
    const std::chrono::milliseconds serverWait_;
    std::chrono::milliseconds callDeadline_{};
    std::string description_;
    std::vector<std::string> migrationsApplied_;
    std::unique_ptr<Pool> pool_;
};

}  // namespace nextjob::store::postgres
