#include "mail/ascii.hpp"
#include "mail/header_block.hpp"
#include "mail/headers.hpp"
#include "mail/message.hpp"
#include "mail/mime_fields.hpp"
#include "mail/part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace nextjob::mail {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t noLevel = npos;

// Takes a message apart in one pass over its lines. Header values are GMime's to read; the structure is ours,
// because nothing bounds the parts, the nesting and the headers that GMime's parser builds objects for.
class PartReader {
  public:
    PartReader(const Limits& limits, Message& message) : limits_(limits), message_(message) {}

    // What buffers of encoded messages the parts point into lives as long as this.
    Part read(const HeaderBlock& headers) {
        text_ = headers.text;
        return readEntity(headers.fields, "text/plain", 0);
    }

  private:
    // A line that may delimit parts: the multipart it belongs to, and whether it is the last of it.
    struct Delimiter {
        std::size_t level = noLevel;
        bool last = false;
    };

    void defect(std::string_view sentence) {
        if (message_.defects.size() < 50 && std::ranges::find(message_.defects, sentence) == message_.defects.end()) {
            message_.defects.emplace_back(sentence);
        }
    }

    void cut() {
        message_.document->truncated = true;
        defect(
            fmt::format("The message has more than {} parts, or parts nested deeper than {}; the first ones were read.",
                        limits_.parts, limits_.depth));
    }

    // A part whose headers are read and whose text starts at at_; leaves at_ at the delimiter that ends it.
    Part readEntity(const std::vector<HeaderField>& fields, std::string_view defaultType, std::size_t depth) {
        Part part;
        part.type = defaultType;
        std::string boundary;
        for (const auto& [name, value] : fields) {
            if (equalNoCase(name, "Content-Type")) {
                boundary = readContentType(value, part);
            } else if (equalNoCase(name, "Content-Transfer-Encoding")) {
                readTransferEncoding(value, part);
            } else if (equalNoCase(name, "Content-Disposition")) {
                readDisposition(value, part);
            }
        }
        const bool container = part.type.starts_with("multipart/") || part.type == "message/rfc822"
                               || part.type == "message/global" || part.type == "message/news";
        if (container && depth >= limits_.depth) {
            cut();
            part.type = "application/octet-stream";
            takeContent(part);
        } else if (part.type.starts_with("multipart/")) {
            readMultipart(part, boundary, depth);
        } else if (container) {
            readForwarded(part, depth);
        } else {
            takeContent(part);
        }
        return part;
    }

    void takeContent(Part& part) {
        const std::size_t begin = at_;
        part.content = text_.substr(begin, findDelimiter() - begin);
    }

    void readMultipart(Part& part, std::string_view boundary, std::size_t depth) {
        const std::size_t begin = at_;
        std::string guessed;
        if (boundary.empty()) boundary = guessed = guessBoundary();
        if (!boundary.empty()) {
            boundaries_.emplace_back(boundary);
            const std::size_t level = boundaries_.size() - 1;
            findDelimiter();
            while (atDelimiter().level == level && !atDelimiter().last && parts_ < limits_.parts) {
                nextLine();
                part.children.push_back(readPart(part.type, depth + 1));
            }
            if (parts_ >= limits_.parts) {
                cut();
                at_ = text_.size();
            }
            boundaries_.pop_back();
            if (!part.children.empty()) {
                findDelimiter();  // over the last delimiter and the epilogue, to the enclosing one
                return;
            }
        }
        defect("A multipart message has no parts; its bytes were read as text.");
        at_ = begin;
        part.type = "text/plain";
        takeContent(part);
    }

    Part readPart(std::string_view parent, std::size_t depth) {
        ++parts_;
        HeaderBlock headers = splitHeaders(text_.substr(at_));
        at_ = static_cast<std::size_t>(headers.text.data() - text_.data());
        for (const auto& sentence : headers.defects) defect(sentence);
        return readEntity(headers.fields, parent == "multipart/digest" ? "message/rfc822" : "text/plain", depth);
    }

    // A message in a message: its words are words of this one.
    void readForwarded(Part& part, std::size_t depth) {
        if (part.encoding != TransferEncoding::None) {
            takeContent(part);
            bool mended = false;
            decoded_.push_back(decodeContent(part, limits_.textBytes, mended));
            const auto outer = std::exchange(text_, decoded_.back());
            const auto at = std::exchange(at_, 0);
            auto boundaries = std::exchange(boundaries_, {});
            readInner(part, depth);
            text_ = outer;
            at_ = at;
            boundaries_ = std::move(boundaries);
        } else {
            readInner(part, depth);
        }
    }

    void readInner(Part& part, std::size_t depth) {
        while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
        part.children.push_back(readPart({}, depth + 1));
    }

    // Moves at_ to the next line that delimits parts of any open multipart, or to the end. Gives the end of
    // what stands before it, without the line end that belongs to the delimiter.
    std::size_t findDelimiter() {
        const std::size_t begin = at_;
        if (boundaries_.empty()) return at_ = text_.size();
        // A line that starts here may be one already, but not the one that was handled last.
        std::size_t line = at_;
        while (true) {
            if (text_.substr(line).starts_with("--")) {
                at_ = line;
                if (atDelimiter().level != noLevel) break;
            }
            const std::size_t found = text_.find("\n--", line);
            if (found == npos) return at_ = text_.size();
            line = found + 1;
        }
        std::size_t end = at_;
        if (end > begin && text_[end - 1] == '\n') --end;
        if (end > begin && text_[end - 1] == '\r') --end;
        return end;
    }

    // What the line at at_ delimits; the innermost multipart wins.
    Delimiter atDelimiter() const {
        auto line = text_.substr(at_, text_.find('\n', at_) - at_);
        if (!line.starts_with("--")) return {};
        line.remove_prefix(2);
        while (!line.empty() && isSpace(line.back())) line.remove_suffix(1);
        for (std::size_t level = boundaries_.size(); level-- > 0;) {
            const auto& boundary = boundaries_[level];
            if (!line.starts_with(boundary)) continue;
            const auto rest = line.substr(boundary.size());
            if (rest.empty()) return {level, false};
            if (rest == "--") return {level, true};
        }
        return {};
    }

    void nextLine() {
        const auto end = text_.find('\n', at_);
        at_ = end == npos ? text_.size() : end + 1;
    }

    // The boundary of a multipart that doesn't declare one: a first line of dashes with part headers below
    // it.
    std::string guessBoundary() const {
        auto text = text_.substr(at_, 4096);
        const auto start = text.starts_with("--") ? 0 : text.find("\n--");
        if (start == npos) return {};
        text.remove_prefix(text.find("--", start) + 2);
        const auto end = text.find('\n');
        if (end == npos || !startsNoCase(text.substr(end + 1), "content-")) return {};
        return std::string(trim(text.substr(0, end)));
    }

    const Limits& limits_;
    Message& message_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::string> boundaries_;  // of the open multiparts, outermost first
    std::size_t parts_ = 0;
    std::deque<std::string> decoded_;
};

// Some old programs end lines with a carriage return alone.
bool hasBareReturns(std::string_view bytes) {
    const auto head = bytes.substr(0, 64U << 10);
    return head.find('\n') == npos && head.find('\r') != npos;
}

}  // namespace

Result<Message> parseMessage(std::string_view bytes, const Limits& limits) {
    initMime();
    Message message;
    message.document = std::make_unique<Document>();
    if (bytes.size() > limits.messageBytes) {
        bytes = bytes.substr(0, limits.messageBytes);
        message.document->truncated = true;
        message.defects.push_back(
            fmt::format("The message is over the limit of {} bytes; its beginning was read.", limits.messageBytes));
    }
    std::string lines;
    if (hasBareReturns(bytes)) {
        lines = bytes;
        std::ranges::replace(lines, '\r', '\n');
        bytes = lines;
    }
    HeaderBlock headers = splitMessageHeaders(bytes);
    std::ranges::move(headers.defects, std::back_inserter(message.defects));
    for (const auto& [name, value] : headers.fields) readHeader(name, value, message);
    PartReader reader(limits, message);
    buildDocument(reader.read(headers), limits, message);
    if (headers.fields.empty() && message.document->text.empty()) {
        return failure(ErrorCode::Invalid, "This is no mail message: it has no headers and no text.");
    }
    return message;
}

Result<Message> parseAny(std::string_view bytes, const Limits& limits) {
    const auto first = std::ranges::find_if_not(bytes, isSpace);
    return first != bytes.end() && *first == '{' ? parseGmailMessage(bytes, limits) : parseMessage(bytes, limits);
}

}  // namespace nextjob::mail
