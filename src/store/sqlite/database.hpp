#pragma once

#include "model/completion.hpp"
#include "model/error.hpp"
#include "model/task.hpp"
#include "store/open.hpp"
#include "store/signal.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/lane.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace nextjob::store::sqlite {

// One database file and the threads that work on it, so that no event loop ever waits for a disk: one writes,
// and puts jobs that wait together into one transaction; a few read, each from one snapshot. Shared by all
// threads; must outlive the calls under way.
class Database {
  public:
    // Opens, secures and migrates. Blocks. Errors as store::open says.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, const OpenOptions& options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // `work` is called as Result<T>(Connection&) and may be called again when a transaction is lost, so it
    // must not consume what it captures. What a `write` wrote stays only when it returns a value; it is
    // durable then.
    template <class Work>
    auto read(Work work) {
        return submit(reads_, std::move(work));
    }
    template <class Work>
    auto write(Work work) {
        return submit(writes_, std::move(work));
    }

    Connections connections() const;

    Timestamp now() const { return clock_(); }
    const std::filesystem::path& file() const { return file_; }
    const std::vector<std::string>& migrationsApplied() const { return migrationsApplied_; }

    Signal workArrived;  // something can be claimed from the queue
    Signal roomMade;     // something has left the queue

  private:
    template <class T>
    class CallJob;

    Database(std::filesystem::path file, const OpenOptions& options);

    template <class Work>
    Task<std::invoke_result_t<Work&, Connection&>> submit(Lane& lane, Work work);
    void refuse(std::unique_ptr<Job> job) const;

    void writeLoop(Connection& connection);
    void writeTogether(Connection& connection, std::vector<std::unique_ptr<Job>>& jobs);
    bool tryTogether(Connection& connection, std::vector<std::unique_ptr<Job>>& jobs);
    void writeAlone(Connection& connection, Job& job);
    void readLoop(Connection& connection);
    static bool tidy(Connection& connection);

    const std::filesystem::path file_;
    const std::function<Timestamp()> clock_;
    std::vector<std::string> migrationsApplied_;
    Lane writes_;
    Lane reads_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<std::jthread> threads_;
};

// Carries one call to a thread and its result back to the caller.
template <class T>
class Database::CallJob final : public Job {
  public:
    using Work = std::move_only_function<Result<T>(Connection&)>;

    CallJob(Work work, Completion<Result<T>> done) : work_(std::move(work)), done_(std::move(done)) {}

    bool run(Connection& connection) override {
        result_ = work_(connection);
        return result_.has_value();
    }
    void fail(Error error) override { result_ = std::unexpected(std::move(error)); }
    void complete() override { done_(std::move(result_)); }

  private:
    Work work_;
    Completion<Result<T>> done_;
    Result<T> result_ = failure(ErrorCode::Internal, "The database call was never run.");
};

template <class Work>
Task<std::invoke_result_t<Work&, Connection&>> Database::submit(Lane& lane, Work work) {
    using Outcome = std::invoke_result_t<Work&, Connection&>;
    using Value = typename Outcome::value_type;
    auto start = [this, &lane, given = std::move(work)](Completion<Outcome> done) mutable {
        std::unique_ptr<Job> job = std::make_unique<CallJob<Value>>(std::move(given), std::move(done));
        if (!lane.push(job)) refuse(std::move(job));
    };
    return suspended<Outcome>(std::move(start));
}

}  // namespace nextjob::store::sqlite
