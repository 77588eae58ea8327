#pragma once

#include "model/time.hpp"
#include "net/imap/imap_parse.hpp"
#include "net/imap/imap_reader.hpp"
#include "net/imap/imap_stream.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextjob::net {

struct ImapSecret {
    std::string login;
    std::string secret;  // an app password, or an access token
    bool token = false;  // sign in by XOAUTH2 with it
};

struct ImapBox {
    std::uint32_t uidValidity = 0;  // another one: the server has given its mails new UIDs
    ImapUid uidNext = 0;            // 0: not said
};

struct ImapSessionLimits {
    std::chrono::milliseconds patience{60'000};         // for a command
    std::chrono::milliseconds patienceBodies{300'000};  // for a command that fetches mail
    std::size_t responses = 200'000;                    // to a command
    std::size_t uids = 500'000;                         // of a search
    std::size_t folders = 5000;
};

// An IMAP connection from sign-in to sign-out, which only reads: folders are opened by EXAMINE and mail is peeked at,
// so that nothing is marked as read. Blocks its caller; on one thread at a time. After any error but Missing and
// Rejected the connection is of no more use.
class ImapSession {
  public:
    explicit ImapSession(std::unique_ptr<ImapStream> stream, ImapSessionLimits limits = {});

    // Refused says what the server said.
    ImapResult<> signIn(const ImapSecret& secret);

    // Those that mail can be in, by name.
    ImapResult<std::vector<std::string>> folders();

    // The folder (UTF-8) that the calls below are about. Missing.
    ImapResult<ImapBox> examine(std::string_view folder);

    // UIDs of mails that are not marked as deleted, ascending: above one; that came on a day or later (of the server's
    // days, so one too early rather than too late).
    ImapResult<std::vector<ImapUid>> above(ImapUid uid);
    ImapResult<std::vector<ImapUid>> since(Timestamp time);

    // How large they are in bytes; those that are gone are missing.
    ImapResult<std::unordered_map<ImapUid, std::uint64_t>> sizes(std::span<const ImapUid> uids);
    // The mails, each of at most `limit` bytes, or else its first `limit` bytes; those that are gone are missing.
    ImapResult<std::unordered_map<ImapUid, std::string>> bodies(std::span<const ImapUid> uids, std::size_t limit);

    // Sends LOGOUT and does not wait for what the server says.
    void signOut();

  private:
    // The end of a command.
    struct Done {
        ImapStatus::Kind kind = ImapStatus::Kind::Ok;
        std::string code, text;
    };
    using Take = std::function<ImapResult<>(ImapResponse)>;
    using Answer = std::function<std::string(const std::string& challenge)>;

    struct Command {
        std::string text;
        Take take{};      // of each untagged response but BYE
        Answer answer{};  // to each continuation, without CRLF; without it there may be none
        ImapReadLimits limits{};
        std::chrono::milliseconds patience{};  // 0: the usual
    };

    ImapResult<Done> run(Command command);
    ImapResult<> expectOk(Command command, std::string_view what);
    ImapResult<std::vector<ImapUid>> search(const std::string& what);
    ImapResult<std::string> capabilities();
    ImapResult<Done> authenticate(std::string_view mechanism, const std::string& initial, bool atOnce);
    ImapResult<Done> logIn(const ImapSecret& secret);

    const std::unique_ptr<ImapStream> stream_;
    ImapReader reader_;
    const ImapSessionLimits limits_;
    unsigned commands_ = 0;
};

}  // namespace nextjob::net
