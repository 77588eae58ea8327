#pragma once

#include "model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace nextjob::mail {

// One message of an mbox as it stands in the file.
struct MboxEntry {
    std::string bytes;         // without the "From " line, ">From " unescaped
    std::uint64_t offset = 0;  // of the "From " line
    std::uint64_t size = 0;    // in the file; larger than `bytes` when truncated or unescaped
    bool truncated = false;    // the message is over the limit; `bytes` is its beginning
};

// Streams an mbox (mboxo, mboxrd, Google Takeout's) of any size: memory is bounded by `messageBytes`, not by
// the file. Not thread-safe; owns the open file.
class MboxReader {
  public:
    // NotFound, Invalid (a directory, not an mbox) or Unavailable (no permission, I/O), naming the path.
    static Result<MboxReader> open(const std::filesystem::path& path, std::size_t messageBytes = 32U << 20);

    MboxReader(MboxReader&&) noexcept;
    MboxReader& operator=(MboxReader&&) noexcept;
    ~MboxReader();

    // The next message, nothing at the end, or Unavailable when reading fails.
    Result<std::optional<MboxEntry>> next();

    std::uint64_t position() const;  // bytes read so far
    std::uint64_t fileSize() const;

  private:
    struct State;
    explicit MboxReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace nextjob::mail
