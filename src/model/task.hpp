#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace nextjob {

// A coroutine on an Asio executor. Coroutines take parameters by value.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace nextjob
