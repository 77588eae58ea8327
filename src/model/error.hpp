#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace nextjob {

// What went wrong, in the caller's terms. Each boundary (HTTP, command line, ledger) maps these once.
enum class ErrorCode : std::uint8_t {
    Invalid,       // the input is wrong; the message says what and where
    NotFound,      // no such thing, or not this user's
    Conflict,      // exists already, or changed meanwhile
    Unauthorized,  // not signed in, or the proof has ended
    Forbidden,     // signed in, but not allowed
    TooLarge,      // over a limit; the message names the limit
    Unavailable,   // a server, disk or lock did not answer in time; trying again may help
    Internal,      // a fault of ours
};

// An expected failure. The message is plain English for the person who reads it: what, where, what to do.
struct Error {
    ErrorCode code;
    std::string message;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> failure(ErrorCode code, std::string message) {
    return std::unexpected(Error{code, std::move(message)});
}

}  // namespace nextjob
