#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace nextjob::net {

// Why a call to an IMAP server brought nothing, by what is to be done.
enum class ImapFault : std::uint8_t {
    Refused,      // the server does not take the login
    UnknownHost,  // the name has no address
    NotAllowed,   // where it leads, this server does not connect to
    Untrusted,    // no TLS, or a certificate that is not one to trust
    Missing,      // no such folder
    Rejected,     // the server said no to what was asked
    TooLarge,     // over a limit of ours
    Unavailable,  // it is away, breaks off or says that it can't now: trying again later may help
    Confused,     // what it says is not IMAP
    Stopped,      // the program stops
};

struct ImapError {
    ImapFault fault;
    std::string message;  // for the user; holds nothing secret
};

template <class T = void>
using ImapResult = std::expected<T, ImapError>;

inline std::unexpected<ImapError> imapFailure(ImapFault fault, std::string message) {
    return std::unexpected(ImapError{fault, std::move(message)});
}

}  // namespace nextjob::net
