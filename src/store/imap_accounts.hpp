#pragma once

#include "model/error.hpp"
#include "model/imap_account.hpp"
#include "model/task.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nextjob::store {

// The IMAP accounts that users have connected, one each, with their passwords sealed. Each has its user's mailbox
// "imap": it is made with the account, rests while that is broken, begins anew with another host or login, and goes
// with it.
class ImapAccounts {
  public:
    virtual ~ImapAccounts() = default;

    // Replaces the user's, which is whole then. NotFound: no such user.
    virtual Task<Result<void>> put(ImapAccount account) = 0;
    virtual Task<Result<ImapAccount>> find(UserId user) = 0;  // NotFound
    // Changes the seal and its key, or marks it as broken since now, if the row is still of this version. Whether it
    // was.
    virtual Task<Result<bool>> reseal(ImapAccount account) = 0;
    virtual Task<Result<bool>> markBroken(UserId user, std::int64_t version, std::string reason) = 0;
    virtual Task<Result<void>> remove(UserId user) = 0;  // NotFound
    // Of users with an id beyond that one, by the user's id, at most `limit`.
    virtual Task<Result<std::vector<ImapAccount>>> after(UserId beyond, int limit) = 0;
};

}  // namespace nextjob::store
