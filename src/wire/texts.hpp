#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nextjob::wire {

// The text as JSON can carry it and our API takes it: at most so many bytes, and each byte that is no UTF-8, or a NUL,
// as one "?", so that places in the text stay where they are.
std::string sendable(std::string_view text, std::size_t mostBytes);

}  // namespace nextjob::wire
