#include "net/imap/imap_session.hpp"

#include "net/imap/folder_name.hpp"
#include "text/base64.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace nextjob::net {

namespace {

using Kind = ImapStatus::Kind;

std::string base64(std::string_view bytes) {
    std::string digits;
    text::appendBase64(digits, bytes);
    return digits;
}

// A string of printable ASCII as IMAP quotes it.
std::string quotedString(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string listed(std::span<const ImapUid> uids) { return fmt::format("{}", fmt::join(uids, ",")); }

// A day before the time, in UTC: servers count days in a zone of their own.
std::string dayBefore(Timestamp time) {
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time) - std::chrono::days(1));
    return fmt::format("{}-{}-{}", static_cast<unsigned>(day.day()), months.at(static_cast<unsigned>(day.month()) - 1),
                       static_cast<int>(day.year()));
}

bool isAny(std::string_view code, std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(names, [&](std::string_view name) { return hasWord(code, name); });
}

std::string lowered(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

// "No" that a later try may turn into yes (RFC 5530): too many connections, a server that is unwell.
bool mayPass(const std::string& code, const std::string& text) {
    return isAny(code, {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"})
           || lowered(text).find("too many") != std::string::npos;
}

std::string said(const std::string& text) {
    return text.empty() ? std::string() : fmt::format(" The server says: \"{}\"", shownText(text));
}

}  // namespace

ImapSession::ImapSession(std::unique_ptr<ImapStream> stream, ImapSessionLimits limits)
    : stream_(std::move(stream)), reader_(*stream_), limits_(limits) {}

ImapResult<ImapSession::Done> ImapSession::run(Command command) {
    const auto patience = command.patience.count() > 0 ? command.patience : limits_.patience;
    const auto deadline = ImapClock::now() + patience;
    const std::string tag = fmt::format("n{}", ++commands_);
    if (auto sent = stream_->send(fmt::format("{} {}\r\n", tag, command.text), deadline); !sent)
        return std::unexpected(std::move(sent.error()));
    for (std::size_t count = 0; count < limits_.responses; ++count) {
        auto response = reader_.next(command.limits, deadline);
        if (!response) return std::unexpected(std::move(response.error()));
        if (response->kind == ImapResponse::Kind::Continue) {
            if (!command.answer) return imapFailure(ImapFault::Confused, "The mail server asks for what it has.");
            const std::string answer = command.answer(response->text.front()) + "\r\n";
            if (auto sent = stream_->send(answer, deadline); !sent) return std::unexpected(std::move(sent.error()));
            continue;
        }
        const auto status = statusOf(response->text.front());
        if (response->kind == ImapResponse::Kind::Tagged) {
            if (response->tag != tag || !status)
                return imapFailure(ImapFault::Confused, "The mail server answers what it was not asked.");
            return Done{.kind = status->kind, .code = std::string(status->code), .text = std::string(status->text)};
        }
        if (status && status->kind == Kind::Bye)
            return imapFailure(ImapFault::Unavailable,
                               "The mail server ends the connection." + said(std::string(status->text)));
        if (!command.take) continue;
        if (auto taken = command.take(std::move(*response)); !taken) return std::unexpected(std::move(taken.error()));
    }
    return imapFailure(ImapFault::TooLarge, "The mail server's answer does not end.");
}

ImapResult<> ImapSession::expectOk(Command command, std::string_view what) {
    const auto done = run(std::move(command));
    if (!done) return std::unexpected(done.error());
    if (done->kind == Kind::Ok) return {};
    const auto fault = mayPass(done->code, done->text) ? ImapFault::Unavailable : ImapFault::Rejected;
    return imapFailure(fault, fmt::format("The mail server does not {}.{}", what, said(done->text)));
}

ImapResult<std::string> ImapSession::capabilities() {
    std::string words;
    const auto asked = expectOk({.text = "CAPABILITY",
                                 .take = [&](const ImapResponse& response) -> ImapResult<> {
                                     if (const auto data = dataOf(response.text.front(), "CAPABILITY")) words = *data;
                                     return {};
                                 }},
                                "say what it can do");
    if (!asked) return std::unexpected(asked.error());
    return words;
}

// RFC 3501, 6.2.2, with RFC 4959 where the server has it: what is to be said first, goes with the command.
ImapResult<ImapSession::Done> ImapSession::authenticate(std::string_view mechanism, const std::string& initial,
                                                        bool atOnce) {
    bool told = atOnce;
    return run({.text = atOnce ? fmt::format("AUTHENTICATE {} {}", mechanism, initial)
                               : fmt::format("AUTHENTICATE {}", mechanism),
                // What it asks for behind that is an error in other words (XOAUTH2), and ends by an empty line.
                .answer = [&](const std::string&) { return std::exchange(told, true) ? std::string() : initial; }});
}

// For servers without AUTH=PLAIN. As literals, which may have any character in them.
ImapResult<ImapSession::Done> ImapSession::logIn(const ImapSecret& secret) {
    int asked = 0;
    return run({.text = fmt::format("LOGIN {{{}}}", secret.login.size()), .answer = [&](const std::string&) {
                    ++asked;
                    if (asked == 1) return fmt::format("{} {{{}}}", secret.login, secret.secret.size());
                    return asked == 2 ? secret.secret : std::string();
                }});
}

ImapResult<> ImapSession::signIn(const ImapSecret& secret) {
    const auto words = capabilities();
    if (!words) return std::unexpected(words.error());
    const bool atOnce = hasWord(*words, "SASL-IR");
    ImapResult<Done> done;
    if (secret.token) {
        if (!hasWord(*words, "AUTH=XOAUTH2"))
            return imapFailure(ImapFault::Refused, "The mail server takes no tokens (XOAUTH2). Use an app password.");
        const auto bearer = fmt::format(
            "user={}\x01"
            "auth=Bearer {}\x01\x01",
            secret.login, secret.secret);
        done = authenticate("XOAUTH2", base64(bearer), atOnce);
    } else if (hasWord(*words, "AUTH=PLAIN")) {
        const std::string zero(1, '\0');
        done = authenticate("PLAIN", base64(zero + secret.login + zero + secret.secret), atOnce);
    } else if (!hasWord(*words, "LOGINDISABLED")) {
        done = logIn(secret);
    } else {
        return imapFailure(ImapFault::Refused, "The mail server offers no way to sign in with a password.");
    }
    if (!done) return std::unexpected(std::move(done.error()));
    if (done->kind == Kind::Ok) return {};
    if (mayPass(done->code, done->text))
        return imapFailure(ImapFault::Unavailable, "The mail server takes nobody at present." + said(done->text));
    return imapFailure(ImapFault::Refused, "The mail server does not take this login." + said(done->text));
}

ImapResult<std::vector<std::string>> ImapSession::folders() {
    std::vector<std::string> names;
    const auto take = [&](ImapResponse response) -> ImapResult<> {
        if (names.size() == limits_.folders)
            return imapFailure(ImapFault::TooLarge, fmt::format("The mailbox has over {} folders.", limits_.folders));
        if (auto folder = folderOf(std::move(response)); folder && folder->selectable)
            names.push_back(std::move(folder->name));
        return {};
    };
    if (auto done = expectOk({.text = R"(LIST "" "*")", .take = take}, "list its folders"); !done)
        return std::unexpected(std::move(done.error()));
    std::ranges::sort(names);
    const auto doubles = std::ranges::unique(names);
    names.erase(doubles.begin(), doubles.end());
    return names;
}

ImapResult<ImapBox> ImapSession::examine(std::string_view folder) {
    const auto encoded = encodedFolder(folder);
    if (!encoded) return imapFailure(ImapFault::Missing, "The name of a folder is no text.");
    ImapBox box;
    const auto take = [&](const ImapResponse& response) -> ImapResult<> {
        const auto status = statusOf(response.text.front());
        if (!status || status->kind != Kind::Ok) return {};
        if (hasWord(status->code, "UIDVALIDITY")) box.uidValidity = numberOf(status->argument).value_or(0);
        if (hasWord(status->code, "UIDNEXT")) box.uidNext = numberOf(status->argument).value_or(0);
        return {};
    };
    const auto done = run({.text = "EXAMINE " + quotedString(*encoded), .take = take});
    if (!done) return std::unexpected(done.error());
    if (done->kind != Kind::Ok && mayPass(done->code, done->text))
        return imapFailure(ImapFault::Unavailable,
                           fmt::format("The mail server does not open the folder {} now.{}", folder, said(done->text)));
    if (hasWord(done->code, "NOPERM"))
        return imapFailure(ImapFault::Rejected, fmt::format("The mail server does not let us into the folder {}.{}",
                                                            folder, said(done->text)));
    if (done->kind != Kind::Ok)
        return imapFailure(ImapFault::Missing, fmt::format("There is no folder {} in this mailbox.", folder));
    if (box.uidValidity == 0)
        return imapFailure(ImapFault::Rejected, "The mail server gives its mails no lasting numbers (UIDVALIDITY).");
    return box;
}

ImapResult<std::vector<ImapUid>> ImapSession::search(const std::string& what) {
    std::vector<ImapUid> uids;
    const auto take = [&](const ImapResponse& response) -> ImapResult<> {
        const auto data = dataOf(response.text.front(), "SEARCH");
        if (!data) return {};
        const auto some = uidsOf(*data, limits_.uids - uids.size());
        if (!some)
            return imapFailure(ImapFault::TooLarge,
                               fmt::format("The folder has over {} mails to read. Read fewer days.", limits_.uids));
        uids.insert(uids.end(), some->begin(), some->end());
        return {};
    };
    if (auto done = expectOk({.text = "UID SEARCH UNDELETED " + what, .take = take}, "search the folder"); !done)
        return std::unexpected(std::move(done.error()));
    std::ranges::sort(uids);
    const auto doubles = std::ranges::unique(uids);
    uids.erase(doubles.begin(), doubles.end());
    return uids;
}

ImapResult<std::vector<ImapUid>> ImapSession::above(ImapUid uid) {
    if (uid == ~ImapUid{0}) return std::vector<ImapUid>{};
    auto uids = search(fmt::format("UID {}:*", uid + 1));
    // "*" is the last mail, also where that is below.
    if (uids) std::erase_if(*uids, [uid](ImapUid found) { return found <= uid; });
    return uids;
}

ImapResult<std::vector<ImapUid>> ImapSession::since(Timestamp time) { return search("SINCE " + dayBefore(time)); }

ImapResult<std::unordered_map<ImapUid, std::uint64_t>> ImapSession::sizes(std::span<const ImapUid> uids) {
    std::unordered_map<ImapUid, std::uint64_t> sizes;
    const auto take = [&](ImapResponse response) -> ImapResult<> {
        const auto fetched = fetchedOf(std::move(response));
        if (fetched && fetched->size && std::ranges::find(uids, fetched->uid) != uids.end())
            sizes[fetched->uid] = *fetched->size;
        return {};
    };
    auto done = expectOk({.text = fmt::format("UID FETCH {} (UID RFC822.SIZE)", listed(uids)), .take = take},
                         "tell of its mails");
    if (!done) return std::unexpected(std::move(done.error()));
    return sizes;
}

ImapResult<std::unordered_map<ImapUid, std::string>> ImapSession::bodies(std::span<const ImapUid> uids,
                                                                         std::size_t limit) {
    std::unordered_map<ImapUid, std::string> bodies;
    const auto take = [&](ImapResponse response) -> ImapResult<> {
        auto fetched = fetchedOf(std::move(response));
        if (fetched && fetched->body && std::ranges::find(uids, fetched->uid) != uids.end())
            bodies[fetched->uid] = std::move(*fetched->body);
        return {};
    };
    Command command{.text = fmt::format("UID FETCH {} (UID BODY.PEEK[]<0.{}>)", listed(uids), limit),
                    .take = take,
                    .limits = {.literalBytes = limit, .literals = 1},
                    .patience = limits_.patienceBodies};
    if (auto done = expectOk(std::move(command), "hand out its mails"); !done)
        return std::unexpected(std::move(done.error()));
    return bodies;
}

void ImapSession::signOut() {
    (void)stream_->send(fmt::format("n{} LOGOUT\r\n", ++commands_), ImapClock::now() + std::chrono::seconds(1));
}

}  // namespace nextjob::net
