#pragma once

#include "store/postgres/values.hpp"

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextjob::store::postgres {

// A statement that the server refused, or a connection that broke. Thrown inside a call's work only: Database turns it
// into an Error (failure.hpp).
class PostgresError : public std::runtime_error {
  public:
    PostgresError(std::string sqlState, const std::string& what)
        : std::runtime_error(what), sqlState_(std::move(sqlState)) {}

    const std::string& sqlState() const { return sqlState_; }  // five letters, "" when the connection broke
    bool connectionLost() const { return sqlState_.empty(); }

  private:
    std::string sqlState_;
};

// The answer to one statement.
class Rows {
  public:
    Rows() = default;
    explicit Rows(PGresult* result) : result_(result) {}

    int size() const { return result_ ? PQntuples(result_.get()) : 0; }
    bool empty() const { return size() == 0; }
    int changed() const;  // rows that an insert, update or delete touched
    Row operator[](int row) const { return {result_.get(), row}; }
    const PGresult* raw() const { return result_.get(); }
    bool ok() const;  // whether the server did what it was told

  private:
    struct Clearer {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clearer> result_;
};

// One connection to the server, in pipeline mode, with the statements that are prepared on it. Used by one call at a
// time; the Pool's watch may look at it meanwhile and break it.
class Connection {
  public:
    using Clock = std::chrono::steady_clock;

    // Connects and sets the session up. Blocks, as long as the connect timeout of the URL or ours says. Throws
    // PostgresError.
    Connection(const std::string& url, std::chrono::milliseconds statementTimeout);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Several statements without parameters; for migrations and other work that may block. Throws PostgresError.
    Rows script(const std::string& sql);
    std::int64_t integerOf(const std::string& sql);  // a script's first column of its first row; 0 when there is none

    // Puts a batch on its way: what is left to send goes with flush().
    void send(const Batch& batch);
    bool flush();  // whether everything is sent
    // Takes what has arrived; whether the answers to all statements are complete. Throws when the connection broke.
    bool receive();
    // The answers, one a statement; throws what the first one to fail said.
    std::vector<Rows> takeAnswers();

    // The number of the type that a row of `offers` has; 0 when there was no such table at the last look.
    std::uint32_t offersType() const { return offersType_; }
    void lookUpTypes();  // anew: migrations may have made it. As script.

    // Whether the next call may have it: nothing unread, no transaction open, not too many statements prepared.
    bool reusable() const;
    // Whether the server has said anything unasked, which is mostly goodbye.
    bool disturbed() const;

    // Ours for as long as the connection lives: libpq closes its own as soon as the connection breaks, and the number
    // may then be another file's.
    int socket() const { return socket_.get(); }
    PGconn* handle() { return handle_.get(); }

    // From `begin` to `end` the watch may break the connection once the deadline has passed.
    void beginCall(Clock::time_point deadline) { deadline_ = deadline.time_since_epoch().count(); }
    void endCall() { deadline_ = 0; }
    void breakWhenLate(Clock::time_point now);
    bool wasLate() const { return late_; }

  private:
    struct Finisher {
        void operator()(PGconn* handle) const { PQfinish(handle); }
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    // What the server says next, in order.
    struct Awaited {
        enum class Kind : std::uint8_t { Preparation, Answer, Nothing };
        Kind kind = Kind::Answer;
        std::string sql;  // that is prepared
    };

    class Socket {
      public:
        Socket() = default;
        ~Socket();
        Socket(const Socket&) = delete;
        Socket& operator=(const Socket&) = delete;
        void duplicate(int other);
        int get() const { return descriptor_; }

      private:
        int descriptor_ = -1;
    };

    void forgetPlans();
    void sendStatement(const Statement& statement);
    [[noreturn]] void throwLost();
    void takeResult(PGresult* result);

    std::unique_ptr<PGconn, Finisher> handle_;
    Socket socket_;
    std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> prepared_;  // SQL to name
    std::size_t namesGiven_ = 0;
    std::uint64_t batches_ = 0;  // sent since the session began
    bool planAnew_ = false;      // before the next batch outside a transaction
    std::vector<Awaited> awaited_;
    std::size_t next_ = 0;  // of `awaited_`
    std::vector<Rows> answers_;
    std::optional<PostgresError> failed_;
    std::uint32_t offersType_ = 0;
    bool exchanging_ = false;
    bool synced_ = false;
    std::atomic<Clock::rep> deadline_{0};
    std::atomic<bool> late_{false};
};

}  // namespace nextjob::store::postgres
