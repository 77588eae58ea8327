#pragma once

#include "model/error.hpp"
#include "model/page.hpp"
#include "model/session.hpp"
#include "model/task.hpp"
#include "model/user.hpp"

namespace nextjob::store {

// People with an account.
class Users {
  public:
    virtual ~Users() = default;

    // Conflict when the address is taken, in any case; Invalid when it is empty.
    virtual Task<Result<User>> create(NewUser user) = 0;
    virtual Task<Result<User>> find(UserId id) = 0;                        // NotFound
    virtual Task<Result<User>> findByEmail(std::string email) = 0;         // NotFound
    virtual Task<Result<Credentials>> credentials(std::string email) = 0;  // NotFound
    // NotFound, also when the address or password is not what `changes` asks for; Conflict: the address is taken.
    virtual Task<Result<User>> update(UserId id, UserChanges changes) = 0;
    // The user of a session that lives; Unauthorized when it has ended or never was.
    virtual Task<Result<User>> signedIn(SessionId session) = 0;
    // Erases the user and everything that is theirs. NotFound.
    virtual Task<Result<void>> erase(UserId id) = 0;
    // Users by id, for administration; `search` restricts to those whose address or name contains it, without regard to
    // ASCII case.
    virtual Task<Result<Page<User>>> list(std::string search, PageRequest page) = 0;
};

}  // namespace nextjob::store
