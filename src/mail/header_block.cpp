#include "mail/header_block.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nextjob::mail {
namespace {

constexpr auto npos = std::string_view::npos;

constexpr std::size_t maxScanned = 256U << 10;  // headers past this are left as they are

std::string_view lineAt(std::string_view text, std::size_t at) {
    const auto end = text.find('\n', at);
    return text.substr(at, end == npos ? npos : end + 1 - at);
}

std::string_view withoutEnd(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool isFolded(std::string_view line) { return !line.empty() && (line.front() == ' ' || line.front() == '\t'); }

// The name of a header line, or "": RFC 5322's characters up to a colon, blanks before it forgiven.
std::string_view headerName(std::string_view line) {
    std::size_t end = 0;
    while (end < line.size() && line[end] > ' ' && line[end] < 0x7F && line[end] != ':') ++end;
    const auto name = line.substr(0, end);
    while (end < line.size() && (line[end] == ' ' || line[end] == '\t')) ++end;
    const bool isHeader = end < line.size() && line[end] == ':' && !name.empty() && name.find('=') == npos;
    return isHeader ? name : std::string_view{};
}

// Words that start a line of a letter as often as a header are no proof of one: only these are.
bool isCommonHeader(std::string_view name) {
    constexpr auto known = std::to_array<std::string_view>({
        "from", "to", "cc", "bcc", "subject", "date", "sender", "reply-to", "message-id", "mime-version",
        "received", "return-path", "delivered-to", "dkim-signature", "in-reply-to", "references", "precedence",
        "content-type", "content-transfer-encoding", "content-disposition", "authentication-results",
        "list-unsubscribe", "list-id", "domainkey-signature", "feedback-id", "errors-to",
    });
    return startsNoCase(name, "x-") || startsNoCase(name, "arc-")
           || std::ranges::any_of(known, [name](auto one) { return equalNoCase(one, name); });
}

bool isMboxLine(std::string_view line) { return line.starts_with("From ") || line.starts_with(">From "); }

// A header that can be found again inside the value of another, and what its own value must look like.
struct Swallowed {
    std::string_view name;  // as mailers write it
    bool (*plausible)(std::string_view value);
};

bool plausibleDate(std::string_view value) {
    value = trim(value);
    if (value.size() < 10) return false;
    if (isDigit(value.front())) return true;
    return value.size() > 3 && value[3] == ',' && isAlpha(value[0]);
}

bool plausibleText(std::string_view value) { return !headerName(trim(value)).size() && !trim(value).empty(); }

constexpr auto swallowed = std::to_array<Swallowed>({
    {"Date", plausibleDate},
    {"From", [](std::string_view value) { return value.find('@') != npos; }},
    {"To", [](std::string_view value) { return value.find('@') != npos; }},
    {"Subject", plausibleText},
    {"Message-ID", [](std::string_view value) { return trim(value).starts_with('<'); }},
    {"MIME-Version", [](std::string_view value) { return trim(value).starts_with('1'); }},
    {"Content-Type", [](std::string_view value) { return value.find('/') != npos; }},
});

// Headers whose values are opaque: no person wrote "Date: " into them.
bool isOpaque(std::string_view name) {
    for (const std::string_view prefix : {"dkim-", "domainkey-", "arc-", "x-", "received", "authentication-", "list-",
                                          "feedback-id", "content-transfer-encoding", "mime-version", "message-id", "return-path"}) {
        if (startsNoCase(name, prefix)) return true;
    }
    return false;
}

class HeaderFinder {
  public:
    explicit HeaderFinder(std::string_view bytes) : bytes_(bytes) {}

    HeaderBlock find() {
        skipPreamble();
        HeaderBlock block;
        scan();
        block.rest = bytes_;
        block.found = std::ranges::any_of(lines_, [](const Line& line) { return isCommonHeader(headerName(line.text)); });
        if (!block.found) return block;
        if (const auto missing = missingHeaders(); !missing.empty()) split(missing);
        if (changed_) {
            for (const auto& line : lines_) block.mended.append(line.indent ? " " : "").append(line.text).append("\n");
            if (ended_) block.mended.append("\n");
            block.mended.append(bytes_.substr(textBegin_));
        }
        block.defects = std::move(defects_);
        return block;
    }

  private:
    struct Line {
        std::string_view text;     // without its end
        bool indent = false;       // to be folded onto the line before
        bool cutOff = false;       // was found inside another header
    };

    void defect(std::string_view sentence) {
        changed_ = true;
        if (std::ranges::find(defects_, sentence) == defects_.end()) defects_.emplace_back(sentence);
    }

    void skipPreamble() {
        if (bytes_.starts_with("\xEF\xBB\xBF")) bytes_.remove_prefix(3);
        while (!bytes_.empty()) {
            const auto line = lineAt(bytes_, 0);
            if (!trim(line).empty() && !isMboxLine(line)) break;
            bytes_.remove_prefix(line.size());
        }
    }

    void scan() {
        std::size_t at = 0;
        while (at < bytes_.size()) {
            if (at > maxScanned) {
                textBegin_ = at;
                ended_ = false;
                return;
            }
            const auto line = lineAt(bytes_, at);
            const auto text = withoutEnd(line);
            if (text.empty()) {
                textBegin_ = at + line.size();
                return;
            }
            if (isFolded(text) && !lines_.empty()) {
                lines_.push_back({.text = text});
            } else if (!headerName(text).empty()) {
                lines_.push_back({.text = text});
            } else if (lines_.empty()) {
                return;
            } else if (isMboxLine(text)) {
                defect("An mbox separator stands among the headers; it was skipped.");
            } else if (headersGoOn(at + line.size())) {
                lines_.push_back({.text = text, .indent = true});
                defect("A header line was broken without indentation; it was joined to the one before.");
            } else {
                defect("The empty line between headers and text is missing.");
                textBegin_ = at;
                return;
            }
            at += line.size();
        }
        textBegin_ = bytes_.size();
    }

    // Whether a well-known header follows within a few lines, before any empty one.
    bool headersGoOn(std::size_t at) const {
        for (int lines = 0; lines < 4 && at < bytes_.size(); ++lines) {
            const auto line = lineAt(bytes_, at);
            const auto text = withoutEnd(line);
            if (trim(text).empty()) return false;
            if (isCommonHeader(headerName(text))) return true;
            at += line.size();
        }
        return false;
    }

    std::vector<const Swallowed*> missingHeaders() const {
        std::vector<const Swallowed*> missing;
        for (const auto& one : swallowed) {
            const bool there = std::ranges::any_of(
                lines_, [&](const Line& line) { return equalNoCase(headerName(line.text), one.name); });
            if (!there) missing.push_back(&one);
        }
        return missing;
    }

    void split(std::vector<const Swallowed*> missing) {
        std::string_view owner;
        for (std::size_t i = 0; i < lines_.size() && !missing.empty(); ++i) {
            if (!isFolded(lines_[i].text) && !lines_[i].indent) owner = headerName(lines_[i].text);
            if (isOpaque(owner) || lines_[i].cutOff) splitLine(i, missing, owner);
        }
    }

    // Cuts the earliest swallowed header off the line; the rest becomes the next line, to be looked at in turn.
    void splitLine(std::size_t i, std::vector<const Swallowed*>& missing, std::string_view owner) {
        const auto text = lines_[i].text;
        const std::size_t first = isFolded(text) ? 0 : owner.size() + 1;
        std::size_t best = npos;
        std::size_t which = 0;
        for (std::size_t candidate = 0; candidate < missing.size(); ++candidate) {
            const auto& header = *missing[candidate];
            for (auto at = text.find(header.name, first); at != npos; at = text.find(header.name, at + 1)) {
                const auto colon = at + header.name.size();
                const bool whole = colon + 1 < text.size() && text[colon] == ':' && text[colon + 1] == ' '
                                   && at > 0 && text[at - 1] != '-' && header.plausible(text.substr(colon + 1));
                if (whole && at < best) {
                    best = at;
                    which = candidate;
                }
            }
        }
        if (best == npos) return;
        missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(which));
        defect("Headers were glued together; they were taken apart.");
        lines_[i].text = withoutEnd(text.substr(0, best));
        lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(i) + 1, Line{.text = text.substr(best), .cutOff = true});
    }

    std::string_view bytes_;
    std::vector<Line> lines_;
    std::size_t textBegin_ = 0;
    bool changed_ = false;
    bool ended_ = true;  // the headers' end was seen
    std::vector<std::string> defects_;
};

}  // namespace

HeaderBlock findHeaders(std::string_view bytes) {
    constexpr std::size_t enough = 64U << 10;
    const auto head = bytes.substr(0, enough);
    if (head.find('\n') != npos || head.find('\r') == npos) return HeaderFinder(bytes).find();
    std::string lines(bytes);
    std::ranges::replace(lines, '\r', '\n');
    HeaderBlock block = HeaderFinder(lines).find();
    if (block.mended.empty()) block.mended = block.rest;
    block.rest = {};
    block.defects.emplace_back("Lines end in bare carriage returns.");
    return block;
}

}  // namespace nextjob::mail
