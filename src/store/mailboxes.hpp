#pragma once

#include "model/error.hpp"
#include "model/mailbox.hpp"
#include "model/task.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace nextjob::store {

// The mailboxes that users have connected, who reads each now, and the messages seen in them that are yet to be
// fetched.
//
// Calls with a LeaseKey give Conflict, and change nothing, when the lease has ended, by time or by `finish`, or was
// taken away: the mailbox is gone, or begins anew.
class Mailboxes {
  public:
    virtual ~Mailboxes() = default;

    // Makes the user's mailbox of this source, or replaces the settings of the one that is there; due now either way.
    // NotFound: no such user.
    virtual Task<Result<Mailbox>> put(UserId user, std::string source, std::string settings) = 0;
    virtual Task<Result<Mailbox>> find(UserId user, std::string source) = 0;  // NotFound
    virtual Task<Result<std::vector<Mailbox>>> ofUser(UserId user) = 0;       // by source
    // Its messages stay in the ledger; those that are not fetched yet end as skipped. NotFound.
    virtual Task<Result<void>> remove(UserId user, std::string source) = 0;
    // Makes it due now, if it is not; while it is being read, it is due again afterwards. As it is then; NotFound.
    virtual Task<Result<Mailbox>> ask(UserId user, std::string source) = 0;
    // Forgets the cursor, so that the next run lists anew; due now. A run under way loses its lease. NotFound.
    virtual Task<Result<void>> restart(UserId user, std::string source) = 0;

    // Up to `count` mailboxes of these sources that are due and that nobody holds, of active users, whose accounts are
    // not broken, the longest due first: the caller's for `length`.
    virtual Task<Result<std::vector<MailboxLease>>> lease(std::string owner, std::vector<std::string> sources,
                                                          int count, std::chrono::milliseconds length) = 0;
    // Who holds mailboxes now; and the end of all that one of them holds, because it is dead.
    virtual Task<Result<std::vector<std::string>>> holders() = 0;
    virtual Task<Result<void>> releaseOf(std::string owner) = 0;
    // Holds the mailbox for `length` from now on.
    virtual Task<Result<void>> extend(LeaseKey key, std::chrono::milliseconds length) = 0;
    // In one transaction: enters those of these ids (at most 1000, of 1 to 900 bytes) into the ledger, as seen, that it
    // lacks for the user and source, and keeps cursor and progress ("" leaves what is there). How many were new.
    virtual Task<Result<int>> advance(LeaseKey key, std::string cursor, std::string progress,
                                      std::vector<std::string> seen) = 0;
    // Messages of the mailbox that are to be fetched now, the oldest first, at most `limit`.
    virtual Task<Result<std::vector<UnfetchedMessage>>> toFetch(LeaseKey key, int limit) = 0;
    // Gives messages that are still seen an end, or another try.
    virtual Task<Result<void>> end(LeaseKey key, std::vector<FetchOutcome> outcomes) = 0;
    // Ends the lease.
    virtual Task<Result<void>> finish(LeaseKey key, SyncEnd end) = 0;
};

}  // namespace nextjob::store
