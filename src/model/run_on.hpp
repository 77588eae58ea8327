#pragma once

#include "model/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <type_traits>
#include <utility>

namespace nextjob {

// Runs blocking work on another executor's threads and resumes the caller on its own. What the work throws is thrown
// here. The work must own what it touches, or the caller must await the end of it.
template <class Work>
Task<std::invoke_result_t<Work&>> runOn(boost::asio::any_io_executor executor, Work work) {
    co_return co_await boost::asio::co_spawn(
        executor, [&work]() -> Task<std::invoke_result_t<Work&>> { co_return work(); }, boost::asio::use_awaitable);
}

}  // namespace nextjob
