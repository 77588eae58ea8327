#pragma once

#include "wire/read.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The JSON of /service/queue/*. Mails go as parcels (wire/parcel.hpp).
namespace nextjob::wire {

inline constexpr std::int64_t mostId = 9'007'199'254'740'991;
inline constexpr std::size_t mostAtOnce = 1000;
inline constexpr std::size_t mostReason = 2000;
inline constexpr std::size_t mostLost = 200;
inline constexpr std::int64_t longestWait = 5'000;  // milliseconds that a call may wait at the backend

inline constexpr std::chrono::milliseconds patienceWithFullQueue{5'000};

using Id = Whole<1, mostId>;
using Count = Whole<0, mostId>;
using Attempts = Whole<0, 1'000'000>;
using Reason = Text<0, mostReason>;

// For a parcel of claims. Each call has a number of the worker's own: what the lost ones got is given back first.
struct ClaimCall {
    Text<1, 300> worker;
    Count call;
    List<Count, mostLost> lost;
    Whole<1, mostAtOnce> count;
    Whole<0, longestWait> waitMs;
};
BOOST_DESCRIBE_STRUCT(ClaimCall, (), (worker, call, lost, count, waitMs))

// A claim without its mail.
struct ClaimBody {
    Count ticket;
    Id message;
    Attempts attempts;
    Id userId;
    Text<0, 100> source;
    Text<0, 1000> sourceId;
};
BOOST_DESCRIBE_STRUCT(ClaimBody, (), (ticket, message, attempts, userId, source, sourceId))

struct ClaimsBody {
    List<ClaimBody, mostAtOnce> claims;
};
BOOST_DESCRIBE_STRUCT(ClaimsBody, (), (claims))

struct RetryCall {
    ClaimBody claim;
    Reason reason;
    Whole<0, 86'400'000> delayMs;
};
BOOST_DESCRIBE_STRUCT(RetryCall, (), (claim, reason, delayMs))

struct DeadLetterCall {
    ClaimBody claim;
    Reason reason;
};
BOOST_DESCRIBE_STRUCT(DeadLetterCall, (), (claim, reason))

struct ReviveCall {
    Id userId;
    std::optional<Id> message;
};
BOOST_DESCRIBE_STRUCT(ReviveCall, (), (userId, message))

struct Revived {
    std::int64_t revived = 0;
};
BOOST_DESCRIBE_STRUCT(Revived, (), (revived))

struct DepthView {
    std::int64_t ready = 0, claimed = 0, delayed = 0, dead = 0, bytes = 0, lagMs = 0;
};
BOOST_DESCRIBE_STRUCT(DepthView, (), (ready, claimed, delayed, dead, bytes, lagMs))

struct WaitingCall {
    Count beyond;
    Whole<1, mostAtOnce> limit;
};
BOOST_DESCRIBE_STRUCT(WaitingCall, (), (beyond, limit))

struct MessagesBody {
    List<Id, mostAtOnce> messages;
};
BOOST_DESCRIBE_STRUCT(MessagesBody, (), (messages))

// An attempt that failed, or the last one that did.
struct FailureCall {
    Id message;
    Reason reason;
    Attempts attempts;
};
BOOST_DESCRIBE_STRUCT(FailureCall, (), (message, reason, attempts))

struct AcceptedItem {
    std::int64_t message = 0;
    bool duplicate = false;
};
BOOST_DESCRIBE_STRUCT(AcceptedItem, (), (message, duplicate))

struct AcceptedView {
    std::vector<AcceptedItem> items;
};
BOOST_DESCRIBE_STRUCT(AcceptedView, (), (items))

}  // namespace nextjob::wire
