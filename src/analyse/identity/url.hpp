#pragma once

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace nextjob::analyse {

// A web address as mails have it: mostly not valid, so nothing is refused but what has no host.
struct Url {
    std::string host;                        // lower case, without user, port and final dot; empty: no http(s) address
    std::string_view path, query, fragment;  // as written, without their ? and #

    static constexpr std::size_t usualParts = 8;
    template <class Part>
    using Parts = boost::container::small_vector<Part, usualParts>;

    Parts<std::string_view> segments() const;  // of the path, empty ones left out, at most 64
    // Names and values as written, at most 64; "&amp;" parts them as "&" does.
    Parts<std::pair<std::string_view, std::string_view>> parameters() const;
};

// Points into `link`.
Url parseUrl(std::string_view link);

bool isWebAddress(std::string_view text);  // begins with http:// or https://, in any case

std::string percentDecode(std::string_view text);

// The bytes of base64 or base64url, padded or not; decoding stops at the first character of neither.
std::string base64Decode(std::string_view text);

std::string lowerAscii(std::string_view text);
bool equalNoCase(std::string_view a, std::string_view b);  // ASCII

}  // namespace nextjob::analyse
