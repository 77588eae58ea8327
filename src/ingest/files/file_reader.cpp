#include "ingest/files/file_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace nextjob::ingest {

namespace fs = std::filesystem;

namespace {

enum class Form : std::uint8_t { Mbox, Json, Message, Zip, Gzip, Pdf, JsonList, Empty };

// An open file, closed at the end.
class File {
  public:
    explicit File(const fs::path& path) : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (number_ >= 0) ::close(number_);
    }

    bool isOpen() const { return number_ >= 0; }
    int number() const { return number_; }

    // Appends up to `count` bytes. False when reading fails; fewer bytes only at the file's end.
    bool read(std::string& into, std::size_t count) const {
        constexpr std::size_t step = 1U << 20;
        while (count != 0) {
            const auto before = into.size();
            into.resize(before + std::min(count, step));
            const auto got = ::read(number_, into.data() + before, into.size() - before);
            into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return false;
            if (got == 0) return true;
            count -= static_cast<std::size_t>(got);
        }
        return true;
    }

  private:
    int number_;
};

Error cannotRead(const fs::path& path, int reason) {
    const auto said = fmt::format("cannot read {}: {}.", path.string(), std::generic_category().message(reason));
    if (reason == ENOENT) return {ErrorCode::NotFound, said + " Check the spelling and the current directory."};
    if (reason == EACCES) return {ErrorCode::Unavailable, said + " Give yourself the right to read it: chmod u+r."};
    return {ErrorCode::Unavailable, said};
}

Form formOf(std::string_view start, const fs::path& path) {
    if (start.starts_with("PK\x03\x04")) return Form::Zip;
    if (start.starts_with("\x1f\x8b")) return Form::Gzip;
    if (start.starts_with("%PDF-")) return Form::Pdf;
    if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
    start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
    const auto extension = path.extension();
    if (start.empty()) return Form::Empty;
    if (start.starts_with("From ") || extension == ".mbox" || extension == ".mbx") return Form::Mbox;
    if (start.starts_with('{')) return Form::Json;
    if (start.starts_with('[') && extension == ".json") return Form::JsonList;
    return Form::Message;
}

Error refused(Form form, const fs::path& path) {
    const auto name = path.string();
    switch (form) {
        case Form::Zip:
            return {ErrorCode::Invalid,
                    fmt::format("{} is a ZIP archive. Unpack it and give the .mbox or .eml files in it.", name)};
        case Form::Gzip:
            return {ErrorCode::Invalid,
                    fmt::format("{} is compressed. Unpack it (gunzip, or tar -xzf) and give the files in it.", name)};
        case Form::Pdf:
            return {ErrorCode::Invalid, fmt::format("{} is a PDF, not mail. Save the message itself as .eml.", name)};
        case Form::JsonList:
            return {ErrorCode::Invalid,
                    fmt::format("{} is a JSON list. Give one message a file, as Gmail's users.messages.get answers.",
                                name)};
        default: return {ErrorCode::Invalid, fmt::format("{} is empty: there is no message in it.", name)};
    }
}

// Whether a file found in a directory looks like mail by its name; a Maildir's messages have no extension.
bool looksLikeMail(const fs::path& path) {
    static constexpr std::array<std::string_view, 4> extensions{".eml", ".mbox", ".mbx", ".json"};
    const auto folder = path.parent_path().filename();
    return std::ranges::find(extensions, path.extension().string()) != extensions.end() || folder == "cur"
           || folder == "new";
}

}  // namespace

FileReader::FileReader(const std::vector<fs::path>& given, std::size_t messageBytes) : messageBytes_(messageBytes) {
    for (const auto& path : given) add(path);
}

void FileReader::add(const fs::path& given) {
    std::error_code error;
    if (fs::is_directory(given, error)) {
        walk(given);
        return;
    }
    const auto size = fs::is_regular_file(given, error) ? fs::file_size(given, error) : 0;
    entries_.push_back({given, error ? 0 : size, false});
    totalBytes_ += entries_.back().size;
}

void FileReader::walk(const fs::path& directory) {
    std::vector<Entry> found;
    std::error_code error;
    fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        std::error_code unreadable;
        if (!entry->is_regular_file(unreadable) || unreadable || !looksLikeMail(entry->path())) continue;
        const auto size = entry->file_size(unreadable);
        if (size != 0) found.push_back({entry->path(), unreadable ? 0 : size, true});
    }
    if (error) failures_.push_back(cannotRead(directory, error.value()));
    if (!error && found.empty())
        failures_.push_back({ErrorCode::Invalid,
                             fmt::format("{} is a directory without mail in it. Give a .mbox, .eml or Gmail API .json "
                                         "file, or a directory that holds such files.",
                                         directory.string())});
    std::ranges::sort(found, {}, &Entry::path);
    for (auto& file : found) {
        totalBytes_ += file.size;
        entries_.push_back(std::move(file));
    }
}

std::uint64_t FileReader::position() const { return finishedBytes_ + (mbox_ ? mbox_->position() : 0); }

Result<std::optional<FileMessage>> FileReader::next() {
    while (true) {
        if (mbox_) {
            auto message = fromMbox();
            if (!message || *message) return message;
            continue;
        }
        if (!failures_.empty()) {
            auto failed = std::move(failures_.front());
            failures_.pop_front();
            return std::unexpected(std::move(failed));
        }
        if (entries_.empty()) return std::nullopt;
        const auto entry = std::move(entries_.front());
        entries_.pop_front();
        auto message = open(entry);
        if (!mbox_) finishedBytes_ += entry.size;
        if (!message || *message) return message;
    }
}

// The message when the file holds one; nothing when it is to be passed over or `mbox_` now reads it.
Result<std::optional<FileMessage>> FileReader::open(const Entry& entry) {
    constexpr std::size_t peek = 64U << 10;
    const File file(entry.path);
    struct stat status{};
    if (!file.isOpen() || ::fstat(file.number(), &status) != 0) return std::unexpected(cannotRead(entry.path, errno));
    std::string bytes;
    if (!file.read(bytes, peek)) return std::unexpected(cannotRead(entry.path, errno));
    const auto form = formOf(bytes, entry.path);
    if (form == Form::Mbox) {
        auto opened = mail::MboxReader::open(entry.path, messageBytes_);
        if (!opened) return std::unexpected(opened.error());
        mbox_.emplace(std::move(*opened));
        mboxName_ = entry.path.string();
        mboxSize_ = entry.size;
        return std::nullopt;
    }
    if (form != Form::Message && form != Form::Json) return std::unexpected(refused(form, entry.path));
    // A Takeout holds settings as JSON beside the mail; nobody asked for these.
    if (entry.walked && form == Form::Json && bytes.find("\"payload\"") == std::string::npos
        && bytes.find("\"raw\"") == std::string::npos)
        return std::nullopt;
    // JSON is worth nothing when cut, and base64 makes a message a third larger.
    const auto most = form == Form::Json ? 2 * messageBytes_ : messageBytes_;
    if (bytes.size() <= most && !file.read(bytes, most + 1 - bytes.size()))
        return std::unexpected(cannotRead(entry.path, errno));
    FileMessage message{entry.path.string(), std::nullopt, std::move(bytes), 0, false};
    message.truncated = message.bytes.size() > most;
    if (message.truncated && form == Form::Json)
        return failure(ErrorCode::TooLarge, fmt::format("{} is larger than {} MiB, the most that a message in JSON "
                                                        "may have. Give the message as .eml instead.",
                                                        message.file, most >> 20U));
    if (message.truncated) message.bytes.resize(most);
    message.size = std::max(static_cast<std::uint64_t>(message.bytes.size()), entry.size);
    return message;
}

Result<std::optional<FileMessage>> FileReader::fromMbox() {
    auto entry = mbox_->next();
    if (entry && *entry)
        return FileMessage{mboxName_, (*entry)->offset, std::move((*entry)->bytes), (*entry)->size,
                           (*entry)->truncated};
    mbox_.reset();
    finishedBytes_ += mboxSize_;
    if (!entry) return std::unexpected(entry.error());
    return std::nullopt;
}

}  // namespace nextjob::ingest
