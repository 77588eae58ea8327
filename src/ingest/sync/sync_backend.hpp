#pragma once

#include "model/error.hpp"
#include "model/mailbox.hpp"
#include "model/task.hpp"
#include "queue/queue.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace nextjob::ingest {

// How an IMAP mailbox is reached, opened.
struct ImapLogin {
    std::string host;
    std::uint16_t port = 0;
    bool startTls = false, plain = false;
    std::string login, secret;
    bool token = false;        // `secret` is for XOAUTH2
    std::int64_t version = 0;  // of the account that it is from; 0 before that is kept
};

// The backend as the ingest role needs it: in one process the store, the queue and the connected accounts; from a
// machine without a database the same over /service. Shared by all threads; outlives its calls.
//
// A lease holds for `leaseLength` from when it was given or extended; extend it well before.
//
// Calls with a LeaseKey give Conflict when the mailbox is another worker's by now: stop, and touch nothing of it. Every
// call may give Unavailable: nothing of it was stored, or all was and a repetition is harmless.
class SyncBackend {
  public:
    static constexpr std::chrono::seconds leaseLength{30};

    virtual ~SyncBackend() = default;

    // As store::Mailboxes::lease, for this worker; waits up to `wait` for the first one.
    virtual Task<Result<std::vector<MailboxLease>>> lease(std::vector<std::string> sources, int count,
                                                          std::chrono::milliseconds wait) = 0;
    virtual Task<Result<void>> extend(LeaseKey key) = 0;

    // Unauthorized or NotFound: the user must connect the account (again); the message says what to do. `refused` is a
    // token that has just been turned down, or "". It may take a call to Google, which the stop ends (Unavailable).
    virtual Task<Result<std::string>> gmailToken(UserId user, std::string refused, std::stop_token stop) = 0;
    virtual Task<Result<ImapLogin>> imapLogin(UserId user) = 0;
    // The server does not take the login of this version. Conflict: the account has changed since, and may be good.
    virtual Task<Result<void>> imapRefused(UserId user, std::int64_t version, std::string reason) = 0;

    // These as store::Mailboxes has them.
    virtual Task<Result<int>> advance(LeaseKey key, std::string cursor, std::string progress,
                                      std::vector<std::string> seen) = 0;
    virtual Task<Result<std::vector<UnfetchedMessage>>> toFetch(LeaseKey key, int limit) = 0;
    virtual Task<Result<void>> end(LeaseKey key, std::vector<FetchOutcome> outcomes) = 0;
    virtual Task<Result<void>> finish(LeaseKey key, SyncEnd end) = 0;

    // Fetched messages into the queue, each with the ledger's row that it was seen by (RawMessage::seen). Unavailable
    // while the queue is full: they stay seen.
    virtual Task<Result<queue::Accepted>> accept(LeaseKey key, std::vector<RawMessage> messages) = 0;
};

}  // namespace nextjob::ingest
