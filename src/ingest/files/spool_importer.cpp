#include "ingest/files/spool_importer.hpp"

#include "ingest/files/file_reader.hpp"
#include "ingest/files/queue_feeder.hpp"
#include "model/run_task.hpp"
#include "observe/log.hpp"
#include "store/imports.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

namespace nextjob::ingest {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using observe::Level;

namespace {

constexpr std::chrono::seconds lookInterval{2};  // how often to look for imports that other processes accepted
constexpr std::size_t mostUsersAtOnce = 16;      // each holds a batch of up to 4 MB
constexpr std::chrono::hours orphanAge{24};

// What the user sees must name their file, not where it lies in the spool.
std::string forUser(std::string message, const Import& import) {
    const auto shown = import.fileName.empty() ? std::string("the file") : import.fileName;
    for (auto at = message.find(import.spoolPath); at != std::string::npos && !import.spoolPath.empty();
         at = message.find(import.spoolPath, at + shown.size()))
        message.replace(at, import.spoolPath.size(), shown);
    return message;
}

}  // namespace

SpoolImporter::SpoolImporter(store::Store& store, queue::Queue& queue, fs::path spool,
                             std::shared_ptr<spdlog::logger> log, bool reads)
    : store_(store), queue_(queue), spool_(std::move(spool)), log_(std::move(log)) {
    std::error_code error;
    fs::create_directories(spool_, error);
    if (error)
        throw std::runtime_error("cannot make the directory for uploads " + spool_.string() + ": " + error.message());
    fs::permissions(spool_, fs::perms::owner_all, error);
    if (reads) thread_ = std::thread([this] { runThread(); });
}

SpoolImporter::~SpoolImporter() { stop(); }

Task<Result<Import>> SpoolImporter::accept(ReceivedFile file) {
    // Named, as every aggregate that a coroutine hands on: GCC 12 destroys temporary ones twice.
    NewImport wanted{.user = file.user,
                     .fileName = file.fileName,
                     .spoolPath = file.path.string(),
                     .bytes = file.bytes,
                     .state = ImportState::Reading};
    auto import = co_await store_.imports().create(std::move(wanted));
    // Where nobody reads, nobody would ever take what is posted.
    if (import && thread_.joinable()) asio::post(loop_, [this] { lookAgain(); });
    co_return import;
}

void SpoolImporter::stop() {
    stopping_ = true;
    if (!thread_.joinable()) return;
    asio::post(loop_, [this] { lookAgain(); });
    thread_.join();
}

void SpoolImporter::runThread() {
    removeOrphans();
    asio::co_spawn(loop_, look(), asio::detached);
    loop_.run();
}

void SpoolImporter::lookAgain() {
    changed_ = true;
    nextLook_.cancel();
}

Task<void> SpoolImporter::look() {
    while (!stopping_) {
        changed_ = false;
        try {
            co_await startReading();
        } catch (const std::exception& fault) {
            observe::log(*log_, Level::Error, "import_fault", {{"reason", std::string_view(fault.what())}});
        }
        if (changed_) continue;
        nextLook_.expires_after(lookInterval);
        boost::system::error_code cancelled;
        co_await nextLook_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

Task<void> SpoolImporter::startReading() {
    const auto unfinished = co_await store_.imports().unfinished();
    if (!unfinished) {
        observe::log(*log_, Level::Warning, "imports_unknown",
                     {{"reason", std::string_view(unfinished.error().message)}});
        co_return;
    }
    for (const auto& import : *unfinished) {
        if (stopping_ || reading_.size() >= mostUsersAtOnce) co_return;
        // Others are read by a command, in place.
        if (import.state != ImportState::Reading || fs::path(import.spoolPath).parent_path() != spool_) continue;
        if (!reading_.insert(import.user).second) continue;
        asio::co_spawn(loop_, read(import), [this, user = import.user](const std::exception_ptr& fault, bool finished) {
            ended(user, fault, finished);
        });
    }
}

// The user's next file may be read, and somebody else's who waited for a place. What could not be finished is not tried
// again at once.
void SpoolImporter::ended(UserId user, const std::exception_ptr& fault, bool finished) {
    reading_.erase(user);
    if (finished) lookAgain();
    if (fault == nullptr) return;
    try {
        std::rethrow_exception(fault);
    } catch (const std::exception& known) {
        observe::log(*log_, Level::Error, "import_fault", {{"reason", std::string_view(known.what())}});
    }
}

// What an upload left behind that a dead process received. A young file may still be on its way to another process.
void SpoolImporter::removeOrphans() {
    const auto unfinished = runTask(store_.imports().unfinished());
    if (!unfinished) return;
    std::set<fs::path> needed;
    for (const auto& import : *unfinished) needed.insert(import.spoolPath);
    std::error_code error;
    const auto oldest = fs::file_time_type::clock::now() - orphanAge;
    for (const auto& file : fs::directory_iterator(spool_, error))
        if (!needed.contains(file.path()) && file.last_write_time(error) < oldest) fs::remove(file.path(), error);
}

// Whether it is finished, well or not; else it is to be read again.
Task<bool> SpoolImporter::read(Import import) {
    observe::log(*log_, Level::Info, "import_reading", {{"import", import.id}, {"user", import.user}});
    FileReader reader({import.spoolPath});
    Result<> outcome;
    const auto failed = [&](const Error& error) { outcome = std::unexpected(error); };
    QueueFeeder feeder(queue_, import.user, import.id);
    QueueFeeder::Events events{.fileFailed = failed, .goOn = [this] { return !stopping_; }};
    auto report = co_await feeder.feed(reader, std::move(events));
    if (!report && report.error().code == ErrorCode::Unavailable) {
        // The disk is full or the queue stuck: the file stays, and is read again.
        observe::log(*log_, Level::Warning, "import_waits",
                     {{"import", import.id}, {"reason", std::string_view(report.error().message)}});
        co_return false;
    }
    if (!report) outcome = std::unexpected(report.error());
    if (report && !report->complete) co_return false;  // stopping
    if (outcome) {
        const auto finished = co_await store_.imports().readingFinished(report->progress);
        if (!finished) outcome = std::unexpected(finished.error());
    }
    co_await finish(import, std::move(outcome));
    co_return true;
}

// Ends the reading: the spool's file is gone after it, and the import says why it failed, if it did.
Task<void> SpoolImporter::finish(Import import, Result<> outcome) {
    if (outcome) {
        observe::log(*log_, Level::Info, "import_read", {{"import", import.id}, {"user", import.user}});
    } else {
        const auto stored = co_await store_.imports().fail(import.id, forUser(outcome.error().message, import));
        observe::log(*log_, Level::Warning, "import_failed",
                     {{"import", import.id}, {"user", import.user}, {"recorded", stored.has_value()}});
    }
    std::error_code ignored;
    fs::remove(import.spoolPath, ignored);
}

}  // namespace nextjob::ingest
