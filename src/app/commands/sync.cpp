#include "app/commands/sync.hpp"

#include "app/progress.hpp"
#include "app/stop_signal.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "ingest/sync/sync_progress.hpp"
#include "model/run_task.hpp"
#include "store/mailboxes.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace nextjob::app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds lookInterval{200};
// A worker takes a mailbox that is due within a second, unless it is busy with many others.
constexpr std::chrono::seconds patience{20};

Result<Mailbox> ask(store::Store& store, UserId user, const SyncCommandOptions& options) {
    auto known = runTask(store.mailboxes().find(user, options.source));
    if (!known && known.error().code == ErrorCode::NotFound)
        return failure(ErrorCode::NotFound,
                       fmt::format("{0} has no {1} mailbox. Connect one: nextjob connect {2} --user {0}", options.email,
                                   options.source, options.source == "gmail" ? "google" : options.source));
    if (!known) return known;
    if (known->broken)
        return failure(ErrorCode::Unauthorized,
                       fmt::format("the account lets us in no more. Connect it again: nextjob connect {} --user {}",
                                   options.source == "gmail" ? "google" : options.source, options.email));
    if (options.fromStart)
        if (auto restarted = runTask(store.mailboxes().restart(user, options.source)); !restarted)
            return std::unexpected(restarted.error());
    return runTask(store.mailboxes().ask(user, options.source));
}

void show(ProgressLine& line, const ingest::SyncProgress& progress) {
    if (!line.isDue()) return;
    const auto handled = progress.queued + progress.skipped + progress.failed;
    const double share = progress.found == 0 ? 0 : static_cast<double>(handled) / static_cast<double>(progress.found);
    line.show({.share = share, .mails = handled});
}

std::string summary(const ingest::SyncProgress& progress) {
    if (progress.found == 0) return "Nothing new.";
    return fmt::format(
        "{} new: {} sent to analysis, {} passed over, {} given up on. What became of each: nextjob messages",
        progress.found == 1 ? "1 message" : fmt::format("{} messages", countText(progress.found)),
        countText(progress.queued), countText(progress.skipped), countText(progress.failed));
}

// Until nobody waits for a run any more: the one that was asked for is over.
Result<ingest::SyncProgress> follow(store::Store& store, const Mailbox& asked) {
    const StopSignal stop;
    ProgressLine line;
    const auto began = Clock::now();
    while (true) {
        const auto mailbox = runTask(store.mailboxes().find(asked.user, asked.source));
        if (!mailbox) return std::unexpected(mailbox.error());
        auto progress = ingest::readSyncProgress(mailbox->progress);
        if (!mailbox->asked && !progress.underWay()) return progress;
        if (progress.underWay()) show(line, progress);
        if (!mailbox->busy && !progress.underWay() && Clock::now() - began > patience)
            return failure(ErrorCode::Unavailable,
                           "the mailbox is due, but no server takes it. Start one: nextjob serve");
        if (stop.asked())
            return failure(ErrorCode::Unavailable, "stopped looking. The sync itself goes on in the server.");
        std::this_thread::sleep_for(lookInterval);
    }
}

}  // namespace

int syncNow(const SyncCommandOptions& options) {
    Terminal terminal("nextjob sync");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto user = findUser(*workspace->store, options.email);
    if (!user) return terminal.fail(user.error());
    const auto asked = ask(*workspace->store, user->id, options);
    if (!asked) return terminal.fail(asked.error());
    const auto progress = follow(*workspace->store, *asked);
    if (!progress) return terminal.fail(progress.error());
    if (!progress->error.empty()) return terminal.fail({ErrorCode::Unavailable, progress->error});
    terminal.print(summary(*progress) + "\n");
    if (!progress->notice.empty()) terminal.note(progress->notice);
    return terminal.finish(0);
}

}  // namespace nextjob::app
