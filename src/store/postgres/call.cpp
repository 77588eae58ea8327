#include "store/postgres/call.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

namespace nextjob::store::postgres {

namespace asio = boost::asio;

namespace {

// The connection's socket as the caller's loop sees it. It stays libpq's: let go of, not closed.
class BorrowedSocket {
  public:
    BorrowedSocket(const asio::any_io_executor& executor, int socket) : descriptor_(executor, socket) {}
    ~BorrowedSocket() { descriptor_.release(); }
    BorrowedSocket(const BorrowedSocket&) = delete;
    BorrowedSocket& operator=(const BorrowedSocket&) = delete;

    asio::posix::stream_descriptor& operator*() { return descriptor_; }

  private:
    asio::posix::stream_descriptor descriptor_;
};

}  // namespace

Task<std::vector<Rows>> Call::exchange(Batch batch) {
    Connection& connection = *lease_;
    connection.beginCall(Connection::Clock::now() + deadline_);
    connection.send(batch);
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    BorrowedSocket socket(executor, connection.socket());
    while (!connection.flush()) {
        co_await (*socket).async_wait(asio::posix::descriptor_base::wait_write, asio::use_awaitable);
    }
    do {
        co_await (*socket).async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
    } while (!connection.receive());
    connection.endCall();
    co_return connection.takeAnswers();
}

Task<std::vector<Rows>> Call::run(Batch batch) {
    if (state_ != State::Wanted) co_return co_await exchange(std::move(batch));
    batch.addFirst("begin");
    state_ = State::Open;
    auto answers = co_await exchange(std::move(batch));
    answers.erase(answers.begin());
    co_return answers;
}

Task<Rows> Call::only(Batch batch) {
    auto answers = co_await run(std::move(batch));
    co_return std::move(answers.at(0));
}

Task<std::vector<Rows>> Call::runAndCommit(Batch batch) {
    batch.add("commit");
    auto answers = co_await run(std::move(batch));
    answers.pop_back();
    state_ = State::None;
    co_return answers;
}

Task<void> Call::finish(bool commit) {
    if (state_ != State::Open) co_return;
    state_ = State::None;
    Batch batch;
    batch.add(commit ? "commit" : "rollback");
    co_await exchange(std::move(batch));
}

}  // namespace nextjob::store::postgres
