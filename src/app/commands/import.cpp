#include "app/commands/import.hpp"

#include "analyse/analyser.hpp"
#include "analyse/local_backend.hpp"
#include "analyse/rescore.hpp"
#include "analyse/workers.hpp"
#include "app/display_text.hpp"
#include "app/progress.hpp"
#include "app/stop_signal.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "ingest/files/file_reader.hpp"
#include "ingest/files/queue_feeder.hpp"
#include "model/run_task.hpp"
#include "observe/analysis_metrics.hpp"
#include "observe/log.hpp"
#include "queue/open.hpp"
#include "store/imports.hpp"
#include "store/messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

namespace nextjob::app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds lookInterval{50};
constexpr std::size_t reasonsShown = 5;

// One run of the command: its parts outlive each other in the order of the members.
class ImportRun {
  public:
    ImportRun(Terminal& terminal, Workspace& workspace, queue::Queue& queue, User user)
        : terminal_(terminal),
          store_(*workspace.store),
          queue_(queue),
          user_(std::move(user)),
          backend_(store_, analyser_, observe::silentLog()),
          workers_(backend_, queue_, analyser_, metrics_, observe::silentLog(),
                   std::max(1U, std::thread::hardware_concurrency())) {}

    // The exit status.
    int run(const std::vector<std::filesystem::path>& files);

  private:
    Result<Import> beginOrGoOn(const std::vector<std::filesystem::path>& files);
    Result<> finishInterrupted(const Import& import);
    Result<> feed(const Import& import);
    Result<Import> waitUntilDone(ImportId import);
    void judgeStale();
    bool goOn();
    void showProgress(const Import& import);
    int summary(const Import& import);
    void tellWhatWasLeftOut(const Import& import, MessageState state, const char* title);

    Terminal& terminal_;
    store::Store& store_;
    queue::Queue& queue_;
    const User user_;
    const StopSignal stop_;
    const Clock::time_point start_ = Clock::now();
    analyse::Analyser analyser_;
    analyse::LocalBackend backend_;
    observe::AnalysisMetrics metrics_;  // nobody reads them
    analyse::Workers workers_;
    std::unique_ptr<ingest::FileReader> reader_;
    ProgressLine progress_;
    int failedFiles_ = 0;
    std::string firstFailure_;
};

// What makes a second run of the command the same import: the files, wherever it is called from.
std::string pathsOf(const std::vector<std::filesystem::path>& files) {
    std::string paths;
    for (const auto& file : files) {
        std::error_code error;
        const auto absolute = std::filesystem::absolute(file, error);
        paths += (paths.empty() ? "" : "\n") + (error ? file : absolute).lexically_normal().string();
    }
    return paths;
}

std::string nameOfFiles(const std::vector<std::filesystem::path>& files) {
    const auto first = files.front().filename().string();
    return files.size() == 1 ? first : fmt::format("{} and {} more", first, files.size() - 1);
}

std::string messagesText(std::int64_t count) {
    return count == 1 ? "1 message" : fmt::format("{} messages", countText(count));
}

int ImportRun::run(const std::vector<std::filesystem::path>& files) {
    auto import = beginOrGoOn(files);
    if (!import) return terminal_.fail(import.error());
    reader_ = std::make_unique<ingest::FileReader>(files);
    const auto fed = feed(*import);
    import = fed ? waitUntilDone(import->id) : std::unexpected(fed.error());
    workers_.stop();
    progress_.clear();
    if (import) judgeStale();
    if (import) return summary(*import);
    terminal_.error(
        fmt::format("{} What was read so far is kept: give the same command again to go on.", import.error().message));
    return terminal_.finish(1);
}

// An offer that several mails complete is judged anew after they are stored: what killed an earlier run may have come
// between.
void ImportRun::judgeStale() {
    if (const auto done = runTask(analyse::rescoreStale(store_, analyser_.scorer(), user_.id)); !done)
        terminal_.error(fmt::format("the scores could not be brought up to date: {}", done.error().message));
}

Result<Import> ImportRun::beginOrGoOn(const std::vector<std::filesystem::path>& files) {
    const auto paths = pathsOf(files);
    auto unfinished = runTask(store_.imports().unfinished());
    if (!unfinished) return std::unexpected(unfinished.error());
    for (const auto& import : *unfinished) {
        if (import.user != user_.id || import.spoolPath != paths) continue;
        terminal_.note("Going on with an import of the same files that was interrupted.");
        if (import.state == ImportState::Reading) return import;
        if (const auto finished = finishInterrupted(import); !finished) return std::unexpected(finished.error());
    }
    return runTask(store_.imports().create({.user = user_.id,
                                            .fileName = nameOfFiles(files),
                                            .spoolPath = paths,
                                            .bytes = 0,
                                            .state = ImportState::Reading}));
}

// All of the earlier run's messages were in the queue already: only their analysis is left.
Result<> ImportRun::finishInterrupted(const Import& import) {
    const auto done = waitUntilDone(import.id);
    if (!done) return std::unexpected(done.error());
    progress_.clear();
    terminal_.note(fmt::format("The interrupted import is complete: {}, {} new offers.", messagesText(done->seen),
                               countText(done->offersNew)));
    return {};
}

Result<> ImportRun::feed(const Import& import) {
    ingest::QueueFeeder feeder(queue_, user_.id, import.id);
    const auto report = runTask(feeder.feed(*reader_, {.fileFailed =
                                                           [this](const Error& error) {
                                                               progress_.clear();
                                                               terminal_.error(error.message);
                                                               if (firstFailure_.empty()) firstFailure_ = error.message;
                                                           },
                                                       .goOn =
                                                           [&] {
                                                               showProgress(import);
                                                               return goOn();
                                                           }}));
    if (!report) return std::unexpected(report.error());
    failedFiles_ = report->failedFiles;
    if (!report->complete) return {};  // waitUntilDone says why
    if (failedFiles_ != 0 && report->progress.seen == 0)
        return runTask(store_.imports().fail(import.id, firstFailure_));
    const auto finished = runTask(store_.imports().readingFinished(report->progress));
    if (!finished) return std::unexpected(finished.error());
    return {};
}

bool ImportRun::goOn() { return !stop_.asked() && !workers_.trouble(); }

Result<Import> ImportRun::waitUntilDone(ImportId id) {
    while (true) {
        auto import = runTask(store_.imports().find(user_.id, id));
        if (!import || import->state == ImportState::Failed || import->state == ImportState::Done) return import;
        if (const auto trouble = workers_.trouble()) return std::unexpected(*trouble);
        if (stop_.asked()) return failure(ErrorCode::Unavailable, "interrupted.");
        showProgress(*import);
        std::this_thread::sleep_for(lookInterval);
    }
}

void ImportRun::showProgress(const Import& given) {
    if (!progress_.isDue()) return;
    const auto import = runTask(store_.imports().find(user_.id, given.id));
    if (!import || import->seen == 0) return;
    const auto handled = static_cast<double>(import->seen - import->pending()) / static_cast<double>(import->seen);
    const auto total = reader_ ? static_cast<double>(reader_->totalBytes()) : 0.0;
    const auto read = total > 0 ? static_cast<double>(reader_->position()) / total : 1.0;
    progress_.show({.share = handled * read,
                    .mails = import->seen - import->pending(),
                    .offers = import->offersNew + import->offersUpdated});
}

int ImportRun::summary(const Import& import) {
    const std::chrono::duration<double> took = Clock::now() - start_;
    const auto rate = static_cast<std::int64_t>(static_cast<double>(import.seen) / std::max(took.count(), 0.001));
    if (import.seen == 0) {
        terminal_.error("no message was read.");
        return terminal_.finish(1);
    }
    terminal_.print(fmt::format("Read {} in {} ({} a second): {} new, {} known already.\n", messagesText(import.seen),
                                durationText(took), countText(rate), countText(import.fresh),
                                countText(import.duplicates())));
    terminal_.print(fmt::format("Found {} offers: {} new, {} seen again.\n",
                                countText(import.offersNew + import.offersUpdated), countText(import.offersNew),
                                countText(import.offersUpdated)));
    tellWhatWasLeftOut(import, MessageState::Skipped, "skipped");
    tellWhatWasLeftOut(import, MessageState::Dead, "given up on");
    if (failedFiles_ != 0)
        terminal_.print(fmt::format("{} could not be read; see above.\n",
                                    failedFiles_ == 1 ? "1 file" : countText(failedFiles_) + " files"));
    terminal_.print(fmt::format("Next: nextjob digest --user {}\n", user_.email));
    const bool useless = import.fresh != 0 && import.done == 0;
    return terminal_.finish(failedFiles_ != 0 || useless ? 1 : 0);
}

// Why messages were not analysed, the most frequent reasons first.
void ImportRun::tellWhatWasLeftOut(const Import& import, MessageState state, const char* title) {
    const auto count = state == MessageState::Skipped ? import.skipped : import.dead;
    if (count == 0) return;
    const auto page = runTask(
        store_.messages().list(user_.id, {.states = {state}, .import = import.id}, {.limit = 1000, .cursor = {}}));
    terminal_.print(fmt::format("{} {}:\n", messagesText(count), title));
    if (!page) return;
    std::map<std::string, std::int64_t> reasons;
    for (const auto& message : page->items) ++reasons[printable(message.reason)];
    std::vector<std::pair<std::int64_t, std::string>> ordered;
    for (const auto& [reason, times] : reasons) ordered.emplace_back(times, reason);
    std::ranges::stable_sort(ordered, std::greater{}, &std::pair<std::int64_t, std::string>::first);
    if (ordered.size() > reasonsShown) ordered.resize(reasonsShown);
    for (const auto& [times, reason] : ordered) terminal_.print(fmt::format("{:>8} × {}\n", countText(times), reason));
}

}  // namespace

int importMail(const ImportOptions& options) {
    Terminal terminal("nextjob import");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    auto user = findUser(*workspace->store, options.email);
    if (!user) return terminal.fail(user.error());
    auto queue = queue::open(*workspace->store, {}, workspace->config.redisUrl);
    if (!queue) return terminal.fail(queue.error());
    return ImportRun(terminal, *workspace, **queue, std::move(*user)).run(options.files);
}

}  // namespace nextjob::app
