#pragma once

#include "mail/mbox.hpp"
#include "model/error.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::ingest {

// One message as it stands in a file, not yet parsed.
struct FileMessage {
    std::string file;                     // the path as it was given, or below the directory that was given
    std::optional<std::uint64_t> offset;  // where it stands in an mbox; nothing when it is a file of its own
    std::string bytes;                    // RFC 822, or a message resource of the Gmail API as JSON
    std::uint64_t size = 0;               // in the file; more than `bytes` when truncated
    bool truncated = false;               // over the limit: `bytes` is its beginning
};

// Reads messages one after the other from mboxes (any size, streamed), single messages (.eml), Gmail API JSON and
// directories of these, in the order given; files of a directory in the order of their names. Memory is bounded by the
// size limit of one message. Not thread-safe.
class FileReader {
  public:
    static constexpr std::size_t defaultMessageBytes = 32U << 20;

    // Directories are walked here, so that `totalBytes` is known; a directory without mail in it becomes an
    // error of `next`.
    explicit FileReader(const std::vector<std::filesystem::path>& given,
                        std::size_t messageBytes = defaultMessageBytes);

    // The next message, or nothing at the end. An error is about one file, which it names with what to do;
    // the next call goes on with the next file.
    Result<std::optional<FileMessage>> next();

    std::uint64_t position() const;  // bytes of files read so far
    std::uint64_t totalBytes() const { return totalBytes_; }

  private:
    struct Entry {
        std::filesystem::path path;
        std::uint64_t size = 0;
        bool walked = false;  // found in a directory, not named by the user
    };

    void add(const std::filesystem::path& given);
    void walk(const std::filesystem::path& directory);
    Result<std::optional<FileMessage>> open(const Entry& entry);
    Result<std::optional<FileMessage>> fromMbox();

    std::size_t messageBytes_;
    std::deque<Entry> entries_;
    std::deque<Error> failures_;
    std::optional<mail::MboxReader> mbox_;
    std::string mboxName_;
    std::uint64_t mboxSize_ = 0;
    std::uint64_t finishedBytes_ = 0;
    std::uint64_t totalBytes_ = 0;
};

}  // namespace nextjob::ingest
