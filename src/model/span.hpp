#pragma once

#include <cstdint>

namespace nextjob {

// A half-open range of bytes in a message's clean text (mail::Document::text).
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    std::uint32_t size() const { return end - begin; }
    bool empty() const { return begin == end; }
    bool contains(Span other) const { return begin <= other.begin && other.end <= end; }
    friend bool operator==(Span, Span) = default;
};

}  // namespace nextjob
