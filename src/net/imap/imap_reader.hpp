#pragma once

#include "net/imap/imap_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nextjob::net {

// What the server says at once (RFC 3501, 7): a line, in which literals may stand: strings of any bytes.
struct ImapResponse {
    enum class Kind : std::uint8_t { Untagged, Tagged, Continue };

    Kind kind = Kind::Untagged;
    std::string tag;                    // of Tagged
    std::vector<std::string> text;      // behind "* ", "+ " or the tag; one piece more than there are literals
    std::vector<std::string> literals;  // each stands between two pieces of text
};

struct ImapReadLimits {
    std::size_t lineBytes = 4U << 20;      // of a response's text
    std::size_t literalBytes = 64U << 10;  // of each literal
    std::size_t literals = 100;            // of a response
};

// Cuts what a server sends into responses.
class ImapReader {
  public:
    explicit ImapReader(ImapStream& stream) : stream_(stream) {}

    // TooLarge over a limit: nothing more can be read from the stream then. Confused for what is no response.
    ImapResult<ImapResponse> next(const ImapReadLimits& limits, ImapClock::time_point deadline);

  private:
    ImapResult<std::string> line(std::size_t limit, ImapClock::time_point deadline);
    ImapResult<std::string> literal(std::size_t size, ImapClock::time_point deadline);
    ImapResult<> fill(ImapClock::time_point deadline);

    ImapStream& stream_;
    std::string buffer_;
    std::size_t at_ = 0;  // what is before it has been read
};

}  // namespace nextjob::net
