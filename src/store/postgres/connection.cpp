#include "store/postgres/connection.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <charconv>

namespace nextjob::store::postgres {
namespace {

// A session that has prepared more statements than this makes room for a new one: lists have many shapes.
constexpr std::size_t mostPrepared = 400;

// Statements are planned once and kept for long, so a plan must not go by what the tables hold at that moment: no table
// that was empty then is read whole when it has grown. Compiling plans never pays for queries that take microseconds.
// The last one has the server notice a client that died while it works.
constexpr std::string_view sessionSettings =
    "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off; "
    "set client_min_messages = warning; set bytea_output = hex; set timezone = 'UTC'; "
    "set client_connection_check_interval = '10s'; set statement_timeout = {}";

// Which of several indexes serves a statement best does not show while the tables are nearly empty, so what was planned
// then is planned anew as the session grows older: ever more seldom.
bool isTimeToPlan(std::uint64_t batches) { return batches > 1 && std::has_single_bit(batches); }

std::string firstLine(const char* message) {
    std::string_view text = message == nullptr ? "" : message;
    text = text.substr(0, text.find('\n'));
    if (text.starts_with("ERROR:")) text.remove_prefix(6);
    if (text.starts_with("FATAL:")) text.remove_prefix(6);
    while (text.starts_with(' ')) text.remove_prefix(1);
    return std::string(text);
}

PostgresError errorOf(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    return {state == nullptr ? "" : state, firstLine(message == nullptr ? PQresultErrorMessage(result) : message)};
}

}  // namespace

int Rows::changed() const {
    const std::string_view text = result_ ? PQcmdTuples(result_.get()) : "";
    int count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

bool Rows::ok() const {
    const ExecStatusType status = PQresultStatus(result_.get());
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

Connection::Connection(const std::string& url, std::chrono::milliseconds statementTimeout) {
    // What stands before the URL is a default, what stands behind it is ours.
    constexpr std::array keywords = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding",
                                     static_cast<const char*>(nullptr)};
    const std::array values = {"5", "nextjob", url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
    handle_.reset(PQconnectdbParams(keywords.data(), values.data(), 1));
    if (handle_ == nullptr) throw std::bad_alloc();
    if (PQstatus(handle_.get()) != CONNECTION_OK) throw PostgresError("", firstLine(PQerrorMessage(handle_.get())));
    PQsetNoticeProcessor(handle_.get(), [](void*, const char*) {}, nullptr);
    socket_.duplicate(PQsocket(handle_.get()));
    script(fmt::format(sessionSettings, statementTimeout.count()));
    lookUpTypes();
    if (PQsetnonblocking(handle_.get(), 1) != 0) throwLost();
}

void Connection::lookUpTypes() {
    offersType_ = static_cast<std::uint32_t>(integerOf("select coalesce(to_regtype('offers')::oid::bigint, 0)"));
}

Connection::Socket::~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void Connection::Socket::duplicate(int other) {
    descriptor_ = ::fcntl(other, F_DUPFD_CLOEXEC, 0);
    if (descriptor_ < 0) throw PostgresError("", "no file descriptor is left for the connection");
}

Rows Connection::script(const std::string& sql) {
    Rows rows(PQexec(handle_.get(), sql.c_str()));
    PGresult* const result = PQgetResult(handle_.get());
    if (result != nullptr) PQclear(result);
    if (!rows.ok()) {
        if (PQstatus(handle_.get()) == CONNECTION_BAD) throwLost();
        throw errorOf(rows.raw());
    }
    return rows;
}

std::int64_t Connection::integerOf(const std::string& sql) {
    const Rows rows = script(sql);
    std::int64_t value = 0;
    if (rows.empty()) return value;
    const std::string_view text = rows[0].view(0);  // scripts are answered in text
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

void Connection::throwLost() {
    const std::string why = firstLine(PQerrorMessage(handle_.get()));
    throw PostgresError("", late_ ? "no answer in time" : why);
}

void Connection::send(const Batch& batch) {
    if (prepared_.size() > mostPrepared) throw std::logic_error("a connection that is not reusable is used");
    exchanging_ = true;
    synced_ = false;
    awaited_.clear();
    answers_.clear();
    failed_.reset();
    next_ = 0;
    if (PQpipelineStatus(handle_.get()) == PQ_PIPELINE_OFF && PQenterPipelineMode(handle_.get()) == 0) throwLost();
    planAnew_ = isTimeToPlan(++batches_) || planAnew_;
    // Between transactions: one that has failed takes nothing but its end.
    if (planAnew_ && PQtransactionStatus(handle_.get()) == PQTRANS_IDLE) {
        forgetPlans();
        planAnew_ = false;
    }
    for (const Statement& statement : batch.statements()) sendStatement(statement);
    if (PQpipelineSync(handle_.get()) == 0) throwLost();
}

void Connection::forgetPlans() {
    if (PQsendQueryParams(handle_.get(), "discard plans", 0, nullptr, nullptr, nullptr, nullptr, 1) == 0) throwLost();
    awaited_.push_back({.kind = Awaited::Kind::Nothing, .sql = {}});
}

void Connection::sendStatement(const Statement& statement) {
    auto known = prepared_.find(statement.sql);
    if (known == prepared_.end()) {
        known = prepared_.emplace(statement.sql, fmt::format("s{}", ++namesGiven_)).first;
        if (PQsendPrepare(handle_.get(), known->second.c_str(), statement.sql.c_str(), 0, nullptr) == 0) throwLost();
        awaited_.push_back({.kind = Awaited::Kind::Preparation, .sql = statement.sql});
    }
    std::vector<const char*> values;
    std::vector<int> sizes, formats;
    for (const Value& value : statement.values) {
        values.push_back(value.null ? nullptr : value.bytes.c_str());
        sizes.push_back(static_cast<int>(value.bytes.size()));
        formats.push_back(value.binary ? 1 : 0);
    }
    if (PQsendQueryPrepared(handle_.get(), known->second.c_str(), static_cast<int>(values.size()), values.data(),
                            sizes.data(), formats.data(), 1)
        == 0) {
        throwLost();
    }
    awaited_.push_back({.kind = Awaited::Kind::Answer, .sql = {}});
}

bool Connection::flush() {
    const int left = PQflush(handle_.get());
    if (left < 0) throwLost();
    // The server may wait for room to answer in before it reads on.
    if (left > 0 && PQconsumeInput(handle_.get()) == 0) throwLost();
    return left == 0;
}

bool Connection::receive() {
    if (PQconsumeInput(handle_.get()) == 0) throwLost();
    while (!synced_ && PQisBusy(handle_.get()) == 0) {
        PGresult* const result = PQgetResult(handle_.get());
        if (result != nullptr) {
            takeResult(result);
        } else if (PQstatus(handle_.get()) == CONNECTION_BAD) {
            throwLost();
        }
    }
    return synced_;
}

void Connection::takeResult(PGresult* result) {
    Rows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        synced_ = true;
        return;
    }
    if (next_ >= awaited_.size()) throwLost();
    const Awaited& awaited = awaited_[next_++];
    const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (status == PGRES_FATAL_ERROR && !failed_) failed_ = errorOf(result);
    if (PQstatus(handle_.get()) == CONNECTION_BAD) throwLost();
    if (awaited.kind == Awaited::Kind::Answer) {
        answers_.push_back(good ? std::move(rows) : Rows());
    } else if (awaited.kind == Awaited::Kind::Preparation && !good) {
        prepared_.erase(awaited.sql);
    }
}

std::vector<Rows> Connection::takeAnswers() {
    exchanging_ = false;
    if (failed_) throw PostgresError(*failed_);
    return std::move(answers_);
}

bool Connection::reusable() const {
    return !exchanging_ && !late_ && prepared_.size() <= mostPrepared && PQstatus(handle_.get()) == CONNECTION_OK
           && PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
}

bool Connection::disturbed() const {
    pollfd readable{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&readable, 1, 0) != 0;
}

void Connection::breakWhenLate(Clock::time_point now) {
    const Clock::rep deadline = deadline_;
    if (deadline == 0 || late_ || now.time_since_epoch().count() < deadline) return;
    late_ = true;
    // Whoever waits for the socket wakes and finds the connection broken.
    ::shutdown(socket_.get(), SHUT_RDWR);
}

}  // namespace nextjob::store::postgres
