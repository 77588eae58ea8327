#pragma once

#include "model/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace nextjob {

// Runs one coroutine to its end on the calling thread, for commands and worker threads that have nothing else to do
// meanwhile. What it throws is thrown here.
template <class T>
T runTask(Task<T> task) {
    boost::asio::io_context loop(1);
    std::exception_ptr fault;
    if constexpr (std::is_void_v<T>) {
        boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown) { fault = thrown; });
        loop.run();
        if (fault) std::rethrow_exception(fault);
    } else {
        std::optional<T> result;
        boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, T value) {
            fault = thrown;
            if (!thrown) result.emplace(std::move(value));
        });
        loop.run();
        if (fault) std::rethrow_exception(fault);
        return std::move(*result);
    }
}

}  // namespace nextjob
