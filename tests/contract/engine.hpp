#pragma once

#include "model/error.hpp"
#include "model/task.hpp"
#include "queue/open.hpp"
#include "queue/queue.hpp"
#include "store/imports.hpp"
#include "store/messages.hpp"
#include "store/offers.hpp"
#include "store/open.hpp"
#include "store/preferences.hpp"
#include "store/sessions.hpp"
#include "store/skills.hpp"
#include "store/users.hpp"
#include "support/backend_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace nextjob::contract {

// Runs a call of the store to its end on an event loop of its own.
template <class T>
Result<T> run(Task<Result<T>> task);

// The value, or a failed test that says why there is none.
template <class T>
T valueOf(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

template <class T>
T get(Task<Result<T>> task) {
    return valueOf(run(std::move(task)));
}

inline void check(Task<Result<void>> task) {
    const auto done = run(std::move(task));
    if (!done) throw std::runtime_error(done.error().message);
}

// The error that a call ends with; nothing when it succeeds.
template <class T>
std::optional<ErrorCode> errorOf(Task<Result<T>> task) {
    const auto result = run(std::move(task));
    return result ? std::nullopt : std::optional(result.error().code);
}

// A folder for one test, gone after it.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// What the suite runs on: gives an empty database for each test.
struct Engine {
    std::string name;
    // A URL in this folder for a database that is not there yet.
    std::function<std::string(const std::filesystem::path& folder)> freshUrl;
    // A REDIS_URL for a queue that is not there yet; without, the queue is in the database.
    std::function<std::string()> freshQueueUrl = nullptr;
    bool remote = false;  // the queue as a worker without a database has it
};

// NOLINTNEXTLINE(readability-identifier-naming): so GoogleTest calls it
inline void PrintTo(const Engine& engine, std::ostream* out) { *out << engine.name; }

std::vector<Engine> engines();
std::vector<Engine> queueEngines();   // these, and their queue over Redis
std::vector<Engine> remoteEngines();  // all of these from elsewhere
std::vector<Engine> onlySqlite();     // for what only a file can show
std::vector<Engine> onlyPostgres();

// One fresh store and its queue, on a clock that the test sets.
class StoreTest : public testing::TestWithParam<Engine> {
  protected:
    void SetUp() override;
    void TearDown() override;

    // Closes and opens again, as another start of the program would.
    void reopen();
    // One more queue on that store, as another process has it. Elsewhere, on the store of the backend.
    std::unique_ptr<queue::Queue> openQueue(store::Store& of);

    store::Users& users() { return store->users(); }
    store::Sessions& sessions() { return store->sessions(); }
    store::Skills& skills() { return store->skills(); }
    store::Messages& messages() { return store->messages(); }
    store::Imports& imports() { return store->imports(); }
    store::Offers& offers() { return store->offers(); }

    UserId addUser(const std::string& email);

    TemporaryFolder folder;
    std::string url;
    std::optional<std::string> redisUrl;
    std::shared_ptr<std::atomic<std::int64_t>> clock;  // milliseconds since 1970
    queue::Options queueOptions;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<queue::Queue> backendsQueue;  // where the queue is elsewhere, as is the next
    std::unique_ptr<test::BackendServer> backend;
    std::unique_ptr<queue::Queue> queue;
};

// A mail of this user, whose key, id and words all follow from `name`.
RawMessage mail(UserId user, const std::string& name);

// One offer of a mail, recognised by link and text.
OfferSighting sighting(const std::string& title, const std::string& linkKey = "", const std::string& textKey = "");

// What analysis of a message found, these offers.
AnalysedMessage analysed(UserId user, MessageId message, std::vector<OfferSighting> offers);

}  // namespace nextjob::contract

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace nextjob::contract {

template <class T>
Result<T> run(Task<Result<T>> task) {
    boost::asio::io_context loop;
    std::exception_ptr thrown;
    std::optional<Result<T>> result;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, Result<T> got) {
        thrown = error;
        result = std::move(got);
    });
    loop.run();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*result);
}

}  // namespace nextjob::contract
