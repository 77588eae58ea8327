#pragma once

#include "model/time.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::ingest {

// What a call to Gmail failed of, by what is to be done.
enum class GmailFault : std::uint8_t {
    AuthBroken,      // the user must connect the account again
    RateLimited,     // not before `until`
    Gone,            // the message is not there any more
    HistoryExpired,  // the history id is too old: list anew
    Temporary,       // trying again later may help
    TooLarge,        // over our limit; trying again does not help
    Permanent,       // trying again does not help; the message says why
    Stopped,         // broken off by ourselves: nothing is known of what was asked
};

struct GmailError {
    GmailFault fault;
    std::string message;               // for operators: holds nothing of tokens or mail
    std::optional<Timestamp> until{};  // when RateLimited
};

template <class T = void>
using GmailResult = std::expected<T, GmailError>;

inline std::unexpected<GmailError> gmailFailure(GmailFault fault, std::string message) {
    return std::unexpected(GmailError{fault, std::move(message)});
}

using HistoryId = std::uint64_t;

struct GmailProfile {
    std::string email;
    HistoryId history = 0;  // as of now: what comes later has a higher one
    std::int64_t messages = 0;
};

// A page of message ids, the newest first.
struct GmailIds {
    std::vector<std::string> ids;
    std::string nextPage;       // "" at the end
    std::int64_t estimate = 0;  // how many the search finds in all, roughly
};

// A page of what came since a history id. Ids may come twice and in any order.
struct GmailHistory {
    std::vector<std::string> added;
    std::string nextPage;   // "" at the end
    HistoryId history = 0;  // to go on from, once every page is dealt with
};

// A message whole. `json` is the resource as Gmail gave it, which analysis reads.
struct GmailMessage {
    std::string id;
    HistoryId history = 0;
    Timestamp received{};
    std::string sender, subject;
    std::vector<std::string> labels;
    std::string json;
};

struct GmailWatch {
    HistoryId history = 0;
    Timestamp expires{};
};

}  // namespace nextjob::ingest
