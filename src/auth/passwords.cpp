#include "auth/passwords.hpp"

#include "auth/common_passwords.hpp"
#include "model/run_on.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <sodium.h>
#include <sys/resource.h>

#include <array>
#include <new>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace nextjob::auth {

namespace {

constexpr std::string_view commonPassword =
    "This password is one of the first that a guesser would try: many people use it, or it is made of your name, your "
    "address or the name of this program. Choose another one, such as four words that have nothing to do with each "
    "other.";

// Wipes the password when the work is over, however it ends.
class Wiped {
  public:
    explicit Wiped(std::string secret) : secret_(std::move(secret)) {}
    Wiped(Wiped&&) = default;
    Wiped& operator=(Wiped&&) = delete;
    ~Wiped() { sodium_memzero(secret_.data(), secret_.size()); }

    const std::string& operator*() const { return secret_; }

  private:
    std::string secret_;
};

// On the pool's threads, to which all others of the process go first: whoever signs in while the processors are busy
// waits a little longer.
template <class Work>
Task<std::invoke_result_t<Work&>> runBehind(boost::asio::thread_pool& pool, Work work) {
    return runOn(pool.get_executor(), [todo = std::move(work)] {
        constexpr int niceness = 5;
        [[maybe_unused]] thread_local const int set = ::setpriority(PRIO_PROCESS, 0, niceness);  // Linux: this thread's
        return todo();
    });
}

std::string hashNow(const std::string& password, PasswordCost cost) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.operations, cost.memoryBytes,
                              crypto_pwhash_ALG_ARGON2ID13)
        != 0)
        throw std::bad_alloc();
    return hash.data();
}

}  // namespace

// A place among those that wait for a hash, given back at the end.
class Passwords::Turn {
  public:
    explicit Turn(Passwords& owner) : owner_(owner), taken_(owner.waiting_.fetch_add(1) < owner.queueLimit_) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { owner_.waiting_.fetch_sub(1); }

    bool taken() const { return taken_; }

  private:
    Passwords& owner_;
    bool taken_;
};

Passwords::Passwords(PasswordCost cost, std::size_t threads, std::size_t queueLimit)
    : cost_(cost), queueLimit_(queueLimit) {
    if (sodium_init() < 0)
        throw std::runtime_error("libsodium can't be initialised: the system gives no random numbers");
    pool_ = std::make_unique<boost::asio::thread_pool>(threads);
    // Made now, so that the first unknown name does not take longer; there, so that the start does not.
    boost::asio::post(*pool_, [this] { nobody(); });
}

const std::string& Passwords::nobody() {
    std::call_once(nobodyMade_, [this] {
        std::array<unsigned char, 16> drawn{};
        randombytes_buf(drawn.data(), drawn.size());
        nobody_ = hashNow(std::string(drawn.begin(), drawn.end()), cost_);
    });
    return nobody_;
}

Passwords::~Passwords() { pool_->join(); }

Task<Result<std::string>> Passwords::hash(std::string password) {
    const Turn turn(*this);
    Wiped secret(std::move(password));
    if (!turn.taken()) co_return failure(ErrorCode::Unavailable, "too many passwords are being checked");
    co_return co_await runBehind(*pool_, [this, &secret] { return hashNow(*secret, cost_); });
}

Task<Result<std::string>> Passwords::hashNew(std::string password, std::vector<std::string> words) {
    const Turn turn(*this);
    Wiped secret(std::move(password));
    if (!turn.taken()) co_return failure(ErrorCode::Unavailable, "too many passwords are being checked");
    co_return co_await runBehind(*pool_, [this, &secret, &words]() -> Result<std::string> {
        if (isCommonPassword(*secret, words)) return failure(ErrorCode::Invalid, std::string(commonPassword));
        return hashNow(*secret, cost_);
    });
}

Task<Result<bool>> Passwords::verify(std::string password, std::string hash) {
    const Turn turn(*this);
    Wiped secret(std::move(password));
    if (!turn.taken()) co_return failure(ErrorCode::Unavailable, "too many passwords are being checked");
    co_return co_await runBehind(*pool_, [&secret, &hash] {
        return crypto_pwhash_str_verify(hash.c_str(), (*secret).data(), (*secret).size()) == 0;
    });
}

Task<Result<bool>> Passwords::verifyNobody(std::string password) {
    const Turn turn(*this);
    Wiped secret(std::move(password));
    if (!turn.taken()) co_return failure(ErrorCode::Unavailable, "too many passwords are being checked");
    co_await runBehind(*pool_, [this, &secret] {
        return crypto_pwhash_str_verify(nobody().c_str(), (*secret).data(), (*secret).size()) == 0;
    });
    co_return false;
}

}  // namespace nextjob::auth
