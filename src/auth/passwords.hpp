#pragma once

#include "model/error.hpp"
#include "model/task.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace boost::asio {
class thread_pool;
}

namespace nextjob::auth {

// What one Argon2id hash costs. The default is OWASP's floor for servers: 19 MiB and two passes.
struct PasswordCost {
    unsigned long long operations = 2;
    std::size_t memoryBytes = std::size_t{19} * 1024 * 1024;
};

// Hashes and checks passwords on threads of its own, so that a storm of logins slows logins and nothing else. At most
// `queueLimit` wait or run at once; past that callers get Unavailable at once. May be called from any thread; outlives
// every call to it.
class Passwords {
  public:
    Passwords(PasswordCost cost, std::size_t threads, std::size_t queueLimit);
    ~Passwords();
    Passwords(const Passwords&) = delete;
    Passwords& operator=(const Passwords&) = delete;

    // The hash in the standard text form, with its own salt.
    Task<Result<std::string>> hash(std::string password);

    // The same of one that somebody chooses; Invalid, with what to do, when it is in common use (isCommonPassword).
    Task<Result<std::string>> hashNew(std::string password, std::vector<std::string> words);

    // Whether the password belongs to the hash.
    Task<Result<bool>> verify(std::string password, std::string hash);

    // Takes as long as `verify` and is false: for accounts that do not exist, so that time does not tell them apart.
    Task<Result<bool>> verifyNobody(std::string password);

  private:
    class Turn;

    const std::string& nobody();

    PasswordCost cost_;
    std::size_t queueLimit_;
    std::atomic<std::size_t> waiting_{0};
    std::once_flag nobodyMade_;
    std::string nobody_;  // the hash of a password that was drawn and forgotten; made on the threads
    std::unique_ptr<boost::asio::thread_pool> pool_;
};

}  // namespace nextjob::auth
