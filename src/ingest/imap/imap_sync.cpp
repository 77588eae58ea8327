#include "ingest/imap/imap_sync.hpp"

#include "ingest/files/file_reader.hpp"
#include "ingest/imap/imap_state.hpp"
#include "ingest/imap/raw_imap_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace nextjob::ingest {

namespace {

using Fault = SourceError::Fault;
using net::ImapError;
using net::ImapFault;
using net::ImapUid;

// Of mail that is held at once, but for a single mail that is larger.
constexpr std::uint64_t bytesAtOnce = 32U << 20;
// Beyond it a folder that fails is the server's fault: it answers nothing any more.
constexpr std::chrono::seconds lookPatience{90};
constexpr std::size_t longestMail = FileReader::defaultMessageBytes;

SourceError sourceErrorOf(const ImapError& error) {
    switch (error.fault) {
        case ImapFault::Refused: return {Fault::Broken, error.message};
        case ImapFault::NotAllowed:
        case ImapFault::Untrusted:
        case ImapFault::Missing:
        case ImapFault::Rejected:
        case ImapFault::TooLarge: return {Fault::Refused, error.message};
        case ImapFault::Stopped: return {Fault::Stopped, error.message};
        case ImapFault::UnknownHost:
        case ImapFault::Unavailable:
        case ImapFault::Confused: return {Fault::Temporary, error.message};
    }
    std::unreachable();
}

// Whether the connection can be used after it.
bool survives(ImapFault fault) { return fault == ImapFault::Missing || fault == ImapFault::Rejected; }

FetchedMessage skipped(std::string reason) {
    FetchedMessage fetched;
    fetched.mail =
        NotFetched{.message = 0, .end = FetchOutcome::End::Skipped, .reason = std::move(reason), .nextTry = {}};
    return fetched;
}

FetchedMessage tryLater(std::string reason) {
    FetchedMessage fetched;
    fetched.mail =
        NotFetched{.message = 0, .end = FetchOutcome::End::TryLater, .reason = std::move(reason), .nextTry = {}};
    return fetched;
}

// What a look finds in one folder.
struct Found {
    ImapFolderCursor cursor;
    std::vector<ImapUid> uids;
};

// A mail of a batch, and where its result goes.
struct Wanted {
    ImapUid uid = 0;
    std::size_t place = 0;
    std::uint64_t size = 0;
};

class ImapRun final : public SourceRun {
  public:
    ImapRun(ImapClient& client, SyncRun& run) : client_(client), run_(run) {}

    ~ImapRun() override {
        if (session_) (*session_)->signOut();
    }
    ImapRun(const ImapRun&) = delete;
    ImapRun& operator=(const ImapRun&) = delete;

    Task<SourceResult<SyncLook>> look() override;
    Task<SourceResult<std::vector<FetchedMessage>>> fetch(std::vector<std::string> sourceIds) override;

  private:
    Task<SourceResult<>> signedIn();
    Task<SourceResult<>> lookInto(std::string folder, const ImapSettings* settings, ImapCursor* cursor);

    // These block, on the client's threads.
    net::ImapResult<Found> find(const std::string& folder, std::optional<ImapFolderCursor> known, int days);
    void fetchFolder(const std::string& folder, std::uint32_t uidValidity, std::vector<Wanted> wanted);
    void fetchSome(std::span<const Wanted> wanted);
    bool fetchOne(const Wanted& wanted);
    net::ImapResult<> examined(const std::string& folder);
    net::ImapResult<> examinedAtLast(const std::string& folder);
    net::ImapResult<> reopened();
    void take(const Wanted& wanted, std::string bytes);
    void leave(std::span<const Wanted> wanted, const ImapError& error);

    ImapClient& client_;
    SyncRun& run_;
    std::optional<ImapLogin> login_;
    std::optional<ImapClient::Session> session_;  // none before the first use, and after it was cut
    std::string opened_;                          // the folder that is open in it
    std::uint32_t uidValidity_ = 0;
    std::vector<std::string> ids_;  // of the batch under way
    std::vector<FetchedMessage> fetched_;
};

// Makes the connection of the run, unless there is one.
Task<SourceResult<>> ImapRun::signedIn() {
    if (session_) co_return SourceResult<>{};
    if (!login_) {
        auto login = co_await run_.backend().imapLogin(run_.mailbox().user);
        if (!login) {
            const auto code = login.error().code;
            const bool broken = code == ErrorCode::Unauthorized || code == ErrorCode::NotFound;
            co_return sourceFailure(broken ? Fault::Broken : Fault::Temporary, std::move(login.error().message));
        }
        login_ = std::move(*login);
    }
    const auto open = co_await client_.run([this] { return reopened(); });
    if (open) co_return SourceResult<>{};
    if (open.error().fault == ImapFault::Refused) {
        const auto told =
            co_await run_.backend().imapRefused(run_.mailbox().user, login_->version, open.error().message);
        if (!told) co_return sourceFailure(Fault::Temporary, told.error().message);
    }
    co_return std::unexpected(sourceErrorOf(open.error()));
}

net::ImapResult<> ImapRun::reopened() {
    session_.reset();
    opened_.clear();
    auto session = client_.open(*login_);
    if (!session) return std::unexpected(std::move(session.error()));
    session_.emplace(std::move(*session));
    return {};
}

net::ImapResult<> ImapRun::examined(const std::string& folder) {
    if (opened_ == folder && session_) return {};
    if (!session_)
        if (auto open = reopened(); !open) return open;
    opened_.clear();
    const auto box = (*session_)->examine(folder);
    if (!box) return std::unexpected(box.error());
    opened_ = folder;
    uidValidity_ = box->uidValidity;
    return {};
}

net::ImapResult<Found> ImapRun::find(const std::string& folder, std::optional<ImapFolderCursor> known, int days) {
    opened_.clear();
    const auto box = (*session_)->examine(folder);
    if (!box) return std::unexpected(box.error());
    opened_ = folder;
    uidValidity_ = box->uidValidity;
    const bool follows = known && known->uidValidity == box->uidValidity;
    Found found{.cursor = {.uidValidity = box->uidValidity, .uid = follows ? known->uid : 0}, .uids = {}};
    if (follows && box->uidNext != 0 && box->uidNext <= known->uid + std::uint64_t{1}) return found;
    auto uids = follows ? (*session_)->above(known->uid) : (*session_)->since(currentTime() - std::chrono::days(days));
    if (!uids) return std::unexpected(std::move(uids.error()));
    found.uids = std::move(*uids);
    // What came between the two answers is found again by the next look.
    if (box->uidNext > 0)
        found.cursor.uid = std::max(found.cursor.uid, box->uidNext - 1);
    else if (!found.uids.empty())
        found.cursor.uid = std::max(found.cursor.uid, found.uids.back());
    return found;
}

Task<SourceResult<>> ImapRun::lookInto(std::string folder, const ImapSettings* settings, ImapCursor* cursor) {
    const auto at = cursor->find(folder);
    const auto known = at == cursor->end() ? std::nullopt : std::optional(at->second);
    const auto found = co_await client_.run([&] { return find(folder, known, settings->days); });
    if (!found) {
        if (!survives(found.error().fault)) session_.reset();
        co_return std::unexpected(sourceErrorOf(found.error()));
    }
    if (known == found->cursor && found->uids.empty()) co_return SourceResult<>{};
    (*cursor)[folder] = found->cursor;
    std::vector<std::string> ids;
    ids.reserve(found->uids.size());
    for (const ImapUid uid : found->uids)
        ids.push_back(writeImapMailId({.folder = folder, .uidValidity = found->cursor.uidValidity, .uid = uid}));
    const auto kept = co_await run_.advance(writeImapCursor(*cursor), std::move(ids));
    if (!kept) co_return std::unexpected(kept.error());
    co_return SourceResult<>{};
}

// Folder by folder. One that is not there, or that the server refuses, keeps no mail of the others back.
Task<SourceResult<SyncLook>> ImapRun::look() {
    if (auto in = co_await signedIn(); !in) co_return std::unexpected(std::move(in.error()));
    const ImapSettings settings = readImapSettings(run_.mailbox().settings);
    ImapCursor cursor = readImapCursor(run_.mailbox().cursor);
    std::erase_if(cursor, [&](const auto& entry) {
        return std::ranges::find(settings.folders, entry.first) == settings.folders.end();
    });
    SyncLook look;
    const auto began = net::ImapClock::now();
    for (const std::string& folder : settings.folders) {
        auto looked = co_await lookInto(folder, &settings, &cursor);
        // With a new connection the server takes: what fails again is the folder's fault.
        if (!looked && looked.error().fault == Fault::Temporary) {
            if (auto in = co_await signedIn(); !in) co_return std::unexpected(std::move(in.error()));
            looked = co_await lookInto(folder, &settings, &cursor);
        }
        if (looked) continue;
        const bool fails = looked.error().fault == Fault::Temporary && net::ImapClock::now() - began < lookPatience;
        if (!fails && looked.error().fault != Fault::Refused) co_return std::unexpected(std::move(looked.error()));
        if (!look.notice.empty()) look.notice += ' ';
        look.notice += looked.error().message;
        if (!session_)
            if (auto in = co_await signedIn(); !in) co_return std::unexpected(std::move(in.error()));
    }
    if (!look.notice.empty()) look.notice += " Choose folders that can be read; the others are read meanwhile.";
    co_return look;
}

Task<SourceResult<std::vector<FetchedMessage>>> ImapRun::fetch(std::vector<std::string> sourceIds) {
    if (auto in = co_await signedIn(); !in) co_return std::unexpected(std::move(in.error()));
    ids_ = std::move(sourceIds);
    fetched_.assign(ids_.size(), skipped("The mail server does not have this mail any more."));
    std::map<std::pair<std::string, std::uint32_t>, std::vector<Wanted>> folders;
    for (std::size_t place = 0; place < ids_.size(); ++place) {
        auto id = readImapMailId(ids_[place]);
        if (id)
            folders[{std::move(id->folder), id->uidValidity}].push_back({.uid = id->uid, .place = place});
        else
            fetched_[place] = skipped("The number of this mail is none of an IMAP server's.");
    }
    co_await client_.run([&] {
        for (auto& [folder, wanted] : folders) fetchFolder(folder.first, folder.second, std::move(wanted));
        return 0;
    });
    co_return std::move(fetched_);
}

// Opens it by a new connection where this one breaks on it. What fails again is the folder's fault, as in a look.
net::ImapResult<> ImapRun::examinedAtLast(const std::string& folder) {
    auto open = examined(folder);
    if (open || survives(open.error().fault) || open.error().fault == ImapFault::Stopped) return open;
    if (open = reopened(); !open) return open;
    open = examined(folder);
    if (!open && open.error().fault == ImapFault::Unavailable) open.error().fault = ImapFault::Rejected;
    return open;
}

void ImapRun::fetchFolder(const std::string& folder, std::uint32_t uidValidity, std::vector<Wanted> wanted) {
    if (const auto open = examinedAtLast(folder); !open) {
        if (open.error().fault != ImapFault::Missing) return leave(wanted, open.error());
        for (const Wanted& mail : wanted) fetched_[mail.place] = skipped(open.error().message);
        return;
    }
    if (uidValidity_ != uidValidity) {
        for (const Wanted& mail : wanted)
            fetched_[mail.place] =
                skipped("The mail server has numbered its mails anew; this one comes under its new number.");
        return;
    }
    std::vector<ImapUid> uids;
    for (const Wanted& mail : wanted) uids.push_back(mail.uid);
    const auto sizes = (*session_)->sizes(uids);
    if (!sizes) return leave(wanted, sizes.error());
    std::erase_if(wanted, [&](Wanted& mail) {
        const auto size = sizes->find(mail.uid);
        if (size != sizes->end()) mail.size = size->second;
        return size == sizes->end();
    });
    for (auto begin = wanted.begin(); begin != wanted.end();) {
        std::uint64_t bytes = std::min<std::uint64_t>(begin->size, longestMail);
        auto end = std::next(begin);
        for (; end != wanted.end(); ++end) {
            bytes += std::min<std::uint64_t>(end->size, longestMail);
            if (bytes > bytesAtOnce) break;
        }
        fetchSome(std::span(begin, end));
        begin = end;
    }
}

// Together; where that fails each alone, up to the mail on which the server chokes. That one gets its next try later
// than the others, so that it holds none of them up for long.
void ImapRun::fetchSome(std::span<const Wanted> wanted) {
    if (!session_) return leave(wanted, {ImapFault::Unavailable, "The mail server broke off the connection."});
    std::vector<ImapUid> uids;
    for (const Wanted& mail : wanted) uids.push_back(mail.uid);
    auto bodies = (*session_)->bodies(uids, longestMail);
    if (!bodies && bodies.error().fault == ImapFault::Stopped) return leave(wanted, bodies.error());
    if (!bodies) {
        while (!wanted.empty() && fetchOne(wanted.front())) wanted = wanted.subspan(1);
        if (!wanted.empty()) leave(wanted.subspan(1), bodies.error());
        return;
    }
    for (const Wanted& mail : wanted)
        if (const auto body = bodies->find(mail.uid); body != bodies->end()) take(mail, std::move(body->second));
}

// With a new connection, since the last try broke it. False when it can't be had: that counts as a try at the mail,
// unless it is the server that is away.
bool ImapRun::fetchOne(const Wanted& wanted) {
    const std::string folder = readImapMailId(ids_[wanted.place])->folder;
    auto open = reopened();
    if (open) open = examined(folder);
    if (!open) {
        leave(std::span(&wanted, 1), open.error());
        return false;
    }
    auto bodies = (*session_)->bodies(std::span(&wanted.uid, 1), longestMail);
    if (!bodies) {
        fetched_[wanted.place] = tryLater(bodies.error().message);
        session_.reset();
        return false;
    }
    if (const auto body = bodies->find(wanted.uid); body != bodies->end()) take(wanted, std::move(body->second));
    return true;
}

void ImapRun::take(const Wanted& wanted, std::string bytes) {
    if (bytes.empty()) {
        fetched_[wanted.place] = skipped("The mail is empty.");
        return;
    }
    const bool truncated = wanted.size > bytes.size() && bytes.size() == longestMail;
    fetched_[wanted.place] =
        rawImapMessage(std::move(bytes), truncated, run_.mailbox().user, std::move(ids_[wanted.place]));
}

// As they are, for another run. What the server refuses of them is theirs alone, and counts as a try: the mails of
// other folders are not behind them for ever.
void ImapRun::leave(std::span<const Wanted> wanted, const ImapError& error) {
    if (!survives(error.fault)) session_.reset();
    if (error.fault == ImapFault::Rejected) {
        for (const Wanted& mail : wanted) fetched_[mail.place] = tryLater(error.message);
        return;
    }
    for (const Wanted& mail : wanted) fetched_[mail.place].mail = sourceErrorOf(error);
}

}  // namespace

std::unique_ptr<SourceRun> ImapSync::begin(SyncRun& run) { return std::make_unique<ImapRun>(client_, run); }

}  // namespace nextjob::ingest
