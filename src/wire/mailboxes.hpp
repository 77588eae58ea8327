#pragma once

#include "wire/queue.hpp"
#include "wire/read.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The JSON of /service/mailboxes/*. Fetched mails go as parcels (wire/parcel.hpp). Moments are milliseconds since
// 1970.
namespace nextjob::wire {

using Moment = Whole<-mostId, mostId>;
using State = Text<0, 1'000'000>;  // a source's own JSON, or ""

struct LeaseBody {
    Id mailbox;
    Count fence;
};
BOOST_DESCRIBE_STRUCT(LeaseBody, (), (mailbox, fence))

struct LeaseCall {
    Text<1, 300> worker;
    List<Text<1, 40>, 10> sources;
    Whole<1, mostAtOnce> count;
    Whole<0, longestWait> waitMs;
};
BOOST_DESCRIBE_STRUCT(LeaseCall, (), (worker, sources, count, waitMs))

struct RuleView {
    std::string sender;
    bool read = false;
};
BOOST_DESCRIBE_STRUCT(RuleView, (), (sender, read))

struct LeaseView {
    std::int64_t mailbox = 0, fence = 0, userId = 0;
    std::string source, settings, cursor, progress;
    std::int64_t dueMs = 0;
    std::optional<std::int64_t> askedMs;
    std::int64_t idleRuns = 0;
    std::vector<RuleView> rules;
};
BOOST_DESCRIBE_STRUCT(LeaseView, (),
                      (mailbox, fence, userId, source, settings, cursor, progress, dueMs, askedMs, idleRuns, rules))

struct LeasesView {
    std::vector<LeaseView> leases;
};
BOOST_DESCRIBE_STRUCT(LeasesView, (), (leases))

struct ExtendCall {
    LeaseBody lease;
};
BOOST_DESCRIBE_STRUCT(ExtendCall, (), (lease))

struct AdvanceCall {
    LeaseBody lease;
    State cursor, progress;
    List<Text<1, 1000>, mostAtOnce> seen;
};
BOOST_DESCRIBE_STRUCT(AdvanceCall, (), (lease, cursor, progress, seen))

struct AdvancedView {
    std::int64_t fresh = 0;
};
BOOST_DESCRIBE_STRUCT(AdvancedView, (), (fresh))

struct ToFetchCall {
    LeaseBody lease;
    Whole<1, mostAtOnce> limit;
};
BOOST_DESCRIBE_STRUCT(ToFetchCall, (), (lease, limit))

struct UnfetchedView {
    std::int64_t message = 0;
    std::string sourceId;
    std::int64_t attempts = 0;
    bool wanted = false;
};
BOOST_DESCRIBE_STRUCT(UnfetchedView, (), (message, sourceId, attempts, wanted))

struct ToFetchView {
    std::vector<UnfetchedView> messages;
};
BOOST_DESCRIBE_STRUCT(ToFetchView, (), (messages))

struct OutcomeBody {
    Id message;
    Text<1, 10> end;  // skipped, dead or try_later
    Reason reason;
    Moment nextTryMs;
    Text<0, 65'536> subject, sender;
    std::optional<Moment> receivedAtMs;
};
BOOST_DESCRIBE_STRUCT(OutcomeBody, (), (message, end, reason, nextTryMs, subject, sender, receivedAtMs))

struct EndCall {
    LeaseBody lease;
    List<OutcomeBody, mostAtOnce> outcomes;
};
BOOST_DESCRIBE_STRUCT(EndCall, (), (lease, outcomes))

struct FinishCall {
    LeaseBody lease;
    State cursor, progress;
    Moment dueMs;
    Whole<0, 1'000'000> idleRuns;
};
BOOST_DESCRIBE_STRUCT(FinishCall, (), (lease, cursor, progress, dueMs, idleRuns))

struct GmailTokenCall {
    Id userId;
    Text<0, 16'384> refused;
};
BOOST_DESCRIBE_STRUCT(GmailTokenCall, (), (userId, refused))

// One of the two.
struct GmailTokenView {
    std::optional<std::string> accessToken;
    std::optional<std::string> reconnect;  // why the user must connect the account (again)
};
BOOST_DESCRIBE_STRUCT(GmailTokenView, (), (accessToken, reconnect))

struct UserCall {
    Id userId;
};
BOOST_DESCRIBE_STRUCT(UserCall, (), (userId))

struct ImapLoginView {
    std::string host;
    std::int64_t port = 0;
    bool startTls = false, plain = false;
    std::string login, secret;
    bool token = false;
    std::int64_t version = 0;  // of the account
};
BOOST_DESCRIBE_STRUCT(ImapLoginView, (), (host, port, startTls, plain, login, secret, token, version))

// One of the two.
struct ImapLoginReply {
    std::optional<ImapLoginView> login;
    std::optional<std::string> reconnect;
};
BOOST_DESCRIBE_STRUCT(ImapLoginReply, (), (login, reconnect))

struct ImapRefusedCall {
    Id userId;
    Id version;
    Reason reason;
};
BOOST_DESCRIBE_STRUCT(ImapRefusedCall, (), (userId, version, reason))

}  // namespace nextjob::wire
