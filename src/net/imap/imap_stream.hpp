#pragma once

#include "model/imap_account.hpp"
#include "net/imap/imap_error.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace nextjob::net {

using ImapClock = std::chrono::steady_clock;

// The bytes to and from an IMAP server. Blocks its caller; on one thread at a time.
class ImapStream {
  public:
    virtual ~ImapStream() = default;

    virtual ImapResult<> send(std::string_view bytes, ImapClock::time_point deadline) = 0;
    // At least one byte. Unavailable when none comes in time, or the other side is gone.
    virtual ImapResult<std::size_t> receive(std::span<char> into, ImapClock::time_point deadline) = 0;
};

// What the operator of this server lets its users' mailboxes be reached by.
struct ImapRules {
    bool privateHosts = false;            // also servers on this machine and in its networks, on any port
    std::string authorities{};            // a PEM file of those to trust in place of the system's
    const std::atomic<bool>* stopping{};  // set by another thread, it ends what waits within a second; null: never
};

struct ImapServer {
    std::string host;  // a name or an address, without brackets
    std::uint16_t port = 993;
    ImapSecurity security = ImapSecurity::Tls;
};

// What may be said of a server before it is asked: NotAllowed for a port or a form of the host that the rules do not
// let pass.
ImapResult<> checkServer(const ImapServer& server, const ImapRules& rules);

// Connects, and goes over to TLS; the server's greeting has been read then. libcurl does this: the names, the addresses
// one after the other, TLS with the certificate checked, STARTTLS. Each address is held against the rules when it is
// connected to, so that no second answer of a name server leads elsewhere. What comes behind is ours (see
// ImapSession): libcurl's own FETCH marks mails as read, and its custom requests take lines of a mail for the
// server's.
ImapResult<std::unique_ptr<ImapStream>> connectImap(const ImapServer& server, const ImapRules& rules);

}  // namespace nextjob::net
