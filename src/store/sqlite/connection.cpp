#include "store/sqlite/connection.hpp"

#include "store/sqlite/functions.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace nextjob::store::sqlite {
namespace {

constexpr std::size_t maximumStatements = 200;
constexpr int maximumParameters = 40;

int lastErrno(sqlite3_file* file) {
    int found = 0;
    if (file != nullptr && file->pMethods != nullptr) {
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &found);
    }
    return found;
}

// The errno behind a failed file call; SQLite itself tells it only of some.
int systemErrorOf(sqlite3* handle) {
    if (const int told = sqlite3_system_errno(handle); told != 0) return told;
    sqlite3_file* database = nullptr;
    sqlite3_file* journal = nullptr;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&database));
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&journal));
    const int ofJournal = lastErrno(journal);
    return ofJournal != 0 ? ofJournal : lastErrno(database);
}

[[noreturn]] void raise(sqlite3* handle, int code) {
    if (handle == nullptr) throw SqliteError(code, 0, sqlite3_errstr(code));
    const int extended = sqlite3_extended_errcode(handle);
    const std::string message = sqlite3_errmsg(handle);
    const bool ofFile = (extended & 0xff) == SQLITE_IOERR || (extended & 0xff) == SQLITE_CANTOPEN;
    throw SqliteError(extended, ofFile ? systemErrorOf(handle) : 0, message);
}

// SQLite gives its journal files the rights of the database, so it is enough to make that one private.
// One that is there is not even opened: closing it would drop the locks of this process's other connections to it.
void makePrivateFile(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST) return;
    if (descriptor < 0) throw SqliteError(SQLITE_CANTOPEN, errno, "unable to open database file");
    ::close(descriptor);
}

}  // namespace

struct StatementState {
    sqlite3_stmt* handle = nullptr;
    std::array<int, maximumParameters + 1> place{};  // of $n among SQLite's parameters
    bool borrowed = false;

    StatementState() = default;
    StatementState(const StatementState&) = delete;
    StatementState& operator=(const StatementState&) = delete;
    ~StatementState() { sqlite3_finalize(handle); }

    void check(int code) const {
        if (code != SQLITE_OK) raise(sqlite3_db_handle(handle), code);
    }
    int placeOf(int parameter) const {
        const int found = parameter <= maximumParameters ? place.at(static_cast<std::size_t>(parameter)) : 0;
        if (found == 0) throw std::logic_error("SQL has no parameter $" + std::to_string(parameter));
        return found;
    }
};

Query::~Query() {
    if (state_ == nullptr) return;
    sqlite3_reset(state_->handle);
    sqlite3_clear_bindings(state_->handle);
    state_->borrowed = false;
}

bool Query::step() {
    const int code = sqlite3_step(state_->handle);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) raise(sqlite3_db_handle(state_->handle), code);
    return false;
}

bool Query::isNull(int column) const { return sqlite3_column_type(state_->handle, column) == SQLITE_NULL; }

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(state_->handle, column); }

double Query::real(int column) const { return sqlite3_column_double(state_->handle, column); }

std::string Query::text(int column) const {
    const void* bytes = sqlite3_column_blob(state_->handle, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(state_->handle, column));
    return bytes == nullptr ? std::string{} : std::string(static_cast<const char*>(bytes), size);
}

std::optional<std::int64_t> Query::optionalInteger(int column) const {
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<double> Query::optionalReal(int column) const {
    return isNull(column) ? std::nullopt : std::optional(real(column));
}

std::optional<Timestamp> Query::optionalTime(int column) const {
    return isNull(column) ? std::nullopt : std::optional(time(column));
}

void Query::bind(int parameter, std::nullopt_t) {
    state_->check(sqlite3_bind_null(state_->handle, state_->placeOf(parameter)));
}

void Query::bind(int parameter, std::int64_t value) {
    state_->check(sqlite3_bind_int64(state_->handle, state_->placeOf(parameter), value));
}

void Query::bind(int parameter, double value) {
    state_->check(sqlite3_bind_double(state_->handle, state_->placeOf(parameter), value));
}

void Query::bind(int parameter, std::string_view value) {
    const char* bytes = value.data() == nullptr ? "" : value.data();
    state_->check(sqlite3_bind_text64(state_->handle, state_->placeOf(parameter), bytes, value.size(), SQLITE_TRANSIENT,
                                      SQLITE_UTF8));
}

void Query::bind(int parameter, Blob value) {
    const char* bytes = value.bytes.data() == nullptr ? "" : value.bytes.data();
    state_->check(
        sqlite3_bind_blob64(state_->handle, state_->placeOf(parameter), bytes, value.bytes.size(), SQLITE_STATIC));
}

Connection::Connection(const std::filesystem::path& file, OpenMode mode, std::chrono::milliseconds lockWait) {
    if (mode == OpenMode::ReadWrite) makePrivateFile(file);
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
                      | (mode == OpenMode::ReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    handle_.reset(opened);
    if (code != SQLITE_OK) raise(opened, code);
    addFunctions(opened);
    sqlite3_busy_timeout(opened, static_cast<int>(lockWait.count()));
}

Connection::~Connection() = default;

void Connection::script(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) raise(handle_.get(), code);
}

StatementState& Connection::statement(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) {
        if (std::exchange(found->second->borrowed, true)) {
            throw std::logic_error("a statement is used inside itself: " + found->first);
        }
        return *found->second;
    }
    if (statements_.size() >= maximumStatements) {
        std::erase_if(statements_, [](const auto& entry) { return !entry.second->borrowed; });
    }
    auto made = std::make_unique<StatementState>();
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &made->handle, nullptr);
    if (code != SQLITE_OK) raise(handle_.get(), code);
    for (int place = 1; place <= sqlite3_bind_parameter_count(made->handle); ++place) {
        const char* name = sqlite3_bind_parameter_name(made->handle, place);
        const std::string_view digits = name == nullptr ? "" : std::string_view(name).substr(1);
        std::size_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        made->place.at(number) = place;
    }
    made->borrowed = true;
    return *statements_.emplace(std::string(sql), std::move(made)).first->second;
}

}  // namespace nextjob::store::sqlite
