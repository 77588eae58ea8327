#include "ingest/sync/fetch_slots.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace nextjob::ingest {

namespace asio = boost::asio;

Task<FetchSlots::Slot> FetchSlots::take() {
    if (free_ > 0) {
        --free_;
        co_return Slot(*this);
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto turn = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    waiting_.push_back(turn);
    boost::system::error_code ended;
    co_await turn->async_wait(asio::redirect_error(asio::use_awaitable, ended));
    co_return Slot(*this);  // whoever gave its slot back has left it to this one
}

void FetchSlots::giveBack() {
    if (waiting_.empty()) {
        ++free_;
        return;
    }
    waiting_.front()->cancel();
    waiting_.pop_front();
}

}  // namespace nextjob::ingest
