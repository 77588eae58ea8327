#include "mail/mbox.hpp"

#include "mail/ascii.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

namespace nextjob::mail {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t bufferBytes = 1U << 20;
constexpr std::size_t history = 2;       // bytes kept before the unread ones: is the line before empty?
constexpr std::size_t lookAhead = 4096;  // of a "From " line and the one after it
constexpr std::string_view separator = "\nFrom ";

class File {
  public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

// "12:34" and a year: what the date of a separator has and a sentence that begins with "From " lacks.
bool hasTimeAndYear(std::string_view line) {
    bool time = false;
    bool year = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const auto digits = [&](std::size_t from, std::size_t count) {
            return from + count <= line.size() && std::ranges::all_of(line.substr(from, count), isDigit);
        };
        if (line[at] == ':' && at >= 2 && digits(at - 2, 2) && digits(at + 1, 2)) time = true;
        if (line[at] == ' ' && digits(at + 1, 4) && (at + 5 >= line.size() || !isDigit(line[at + 5]))) year = true;
    }
    return time && year;
}

bool isHeaderLine(std::string_view line) {
    const auto colon = line.find(':');
    return colon != npos && colon > 0
           && std::ranges::all_of(line.substr(0, colon), [](char c) { return isAlpha(c) || isDigit(c) || c == '-'; });
}

// Whether the text after a line end is a separator. After an empty line its date or a header on the next line
// tells; without one it must have both.
bool isSeparator(std::string_view text, bool afterEmptyLine) {
    const auto end = text.find('\n');
    const auto next = end == npos ? std::string_view{} : text.substr(end + 1);
    const auto line = text.substr(0, end);
    const bool dated = hasTimeAndYear(line) || trim(line) == "From -";  // Netscape's has no date
    const bool headed = isHeaderLine(next.substr(0, next.find('\n')));
    return afterEmptyLine ? dated || headed : dated && headed;
}

// Takes one '>' from each line of the form >…>From: what mbox writers put there.
void unescapeFrom(std::string& bytes) {
    std::size_t to = 0;
    std::size_t from = 0;
    const std::string_view text = bytes;
    for (std::size_t at = text.starts_with('>') ? 0 : text.find("\n>"); at != npos; at = text.find("\n>", at + 1)) {
        const std::size_t mark = text[at] == '\n' ? at + 1 : at;
        const auto word = text.find_first_not_of('>', mark);
        if (word == npos || text.substr(word, 5) != "From ") continue;
        if (to != from) std::memmove(bytes.data() + to, bytes.data() + from, mark - from);
        to += mark - from;
        from = mark + 1;
    }
    if (from == 0) return;
    std::memmove(bytes.data() + to, bytes.data() + from, bytes.size() - from);
    bytes.resize(to + bytes.size() - from);
}

}  // namespace

struct MboxReader::State {
    State(int descriptor, std::filesystem::path name, std::size_t limit)
        : file(descriptor),
          path(std::move(name)),
          messageBytes(limit),
          buffer(std::make_unique_for_overwrite<char[]>(bufferBytes)) {}

    std::string_view unread() const { return {buffer.get() + begin, end - begin}; }
    std::uint64_t offset() const { return fileOffset - (end - begin); }
    bool afterEmptyLine(std::size_t at) const;
    void consume(std::size_t count) { begin += count; }
    Result<> fill();
    Result<> skipLine();
    Result<> readMessage(MboxEntry& entry);
    void take(MboxEntry& entry, std::size_t count);

    File file;
    std::filesystem::path path;
    std::size_t messageBytes;
    std::unique_ptr<char[]> buffer;  // bufferBytes; pages are only touched where the file reaches
    std::size_t begin = 0;
    std::size_t end = 0;
    std::uint64_t fileOffset = 0;  // of buffer[end]
    std::uint64_t fileSize = 0;
    bool atEnd = false;
};

// Whether the line that ends with the line feed at unread()[at] is empty.
bool MboxReader::State::afterEmptyLine(std::size_t at) const {
    const std::size_t position = begin + at;
    if (position == 0) return true;
    if (buffer[position - 1] == '\n') return true;
    return buffer[position - 1] == '\r' && (position == 1 || buffer[position - 2] == '\n');
}

// Reads more behind what is unread; sets atEnd when there is none.
Result<> MboxReader::State::fill() {
    const std::size_t keep = std::min(begin, history);
    std::memmove(buffer.get(), buffer.get() + begin - keep, end - begin + keep);
    end = end - begin + keep;
    begin = keep;
    while (end < bufferBytes) {
        const ssize_t got = ::read(file.get(), buffer.get() + end, bufferBytes - end);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return failure(ErrorCode::Unavailable, fmt::format("Reading {} failed at byte {}: {}.", path.string(),
                                                               fileOffset, std::generic_category().message(errno)));
        }
        if (got == 0) {
            atEnd = true;
            break;
        }
        end += static_cast<std::size_t>(got);
        fileOffset += static_cast<std::uint64_t>(got);
    }
    return {};
}

Result<> MboxReader::State::skipLine() {
    while (true) {
        const auto found = unread().find('\n');
        if (found != npos) {
            consume(found + 1);
            return {};
        }
        consume(end - begin);
        if (atEnd) return {};
        if (auto filled = fill(); !filled) return filled;
    }
}

void MboxReader::State::take(MboxEntry& entry, std::size_t count) {
    const std::size_t room = messageBytes - entry.bytes.size();
    if (count > room) entry.truncated = true;
    entry.bytes.append(unread().substr(0, std::min(count, room)));
    consume(count);
}

// From behind the separator to the line feed before the next one.
Result<> MboxReader::State::readMessage(MboxEntry& entry) {
    while (true) {
        const auto text = unread();
        const auto hit = text.find(separator);
        if (hit == npos) {
            // The end of what was read may be the start of a separator.
            take(entry, atEnd ? text.size() : text.size() - std::min(text.size(), separator.size() - 1));
            if (atEnd) return {};
        } else if (text.size() - hit < lookAhead && !atEnd) {
            take(entry, hit);
        } else if (isSeparator(text.substr(hit + 1, lookAhead), afterEmptyLine(hit))) {
            take(entry, hit);
            consume(1);
            if (entry.bytes.ends_with('\r')) entry.bytes.pop_back();
            return {};
        } else {
            take(entry, hit + 1);
            continue;
        }
        if (auto filled = fill(); !filled) return filled;
    }
}

Result<MboxReader> MboxReader::open(const std::filesystem::path& path, std::size_t messageBytes) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int error = errno;
    if (descriptor < 0) {
        if (error == ENOENT || error == ENOTDIR)
            return failure(ErrorCode::NotFound, fmt::format("There is no file {}.", path.string()));
        return failure(ErrorCode::Unavailable,
                       fmt::format("{} can't be opened: {}.", path.string(), std::generic_category().message(error)));
    }
    auto state = std::make_unique<State>(descriptor, path, messageBytes);
    struct stat about{};
    if (::fstat(descriptor, &about) == 0) {
        if (S_ISDIR(about.st_mode)) {
            return failure(ErrorCode::Invalid,
                           fmt::format("{} is a directory; give the .mbox file in it.", path.string()));
        }
        state->fileSize = static_cast<std::uint64_t>(about.st_size);
    }
    if (auto filled = state->fill(); !filled) return std::unexpected(filled.error());
    if (state->unread().starts_with("\xEF\xBB\xBF")) state->consume(3);
    while (!state->unread().empty() && isSpace(state->unread().front())) state->consume(1);
    const auto start = state->unread();
    if (!start.empty() && !start.starts_with("From ")) {
        const std::string_view reason = isHeaderLine(start.substr(0, start.find('\n')))
                                            ? "holds a single message, not an mbox; name it .eml."
                                            : "is not an mbox: it does not start with a \"From \" line.";
        return failure(ErrorCode::Invalid, fmt::format("{} {}", path.string(), reason));
    }
    return MboxReader(std::move(state));
}

Result<std::optional<MboxEntry>> MboxReader::next() {
    if (state_->unread().empty()) {
        if (auto filled = state_->atEnd ? Result<>{} : state_->fill(); !filled) return std::unexpected(filled.error());
        if (state_->unread().empty()) return std::optional<MboxEntry>{};
    }
    MboxEntry entry;
    entry.offset = state_->offset();
    if (auto skipped = state_->skipLine(); !skipped) return std::unexpected(skipped.error());
    if (auto read = state_->readMessage(entry); !read) return std::unexpected(read.error());
    entry.size = state_->offset() - entry.offset;
    unescapeFrom(entry.bytes);
    return std::optional(std::move(entry));
}

MboxReader::MboxReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
MboxReader::MboxReader(MboxReader&&) noexcept = default;
MboxReader& MboxReader::operator=(MboxReader&&) noexcept = default;
MboxReader::~MboxReader() = default;

std::uint64_t MboxReader::position() const { return state_->offset(); }
std::uint64_t MboxReader::fileSize() const { return state_->fileSize; }

}  // namespace nextjob::mail
