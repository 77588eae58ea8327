#include "mail/header_block.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <array>

namespace nextjob::mail {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t maxHeaderBytes = 256U << 10;  // what goes on longer is skipped
constexpr std::size_t maxSearched = 16U << 10;      // of a value that may have swallowed others
constexpr std::size_t longestValue = 512;           // of a swallowed header, to judge it by

std::string_view lineAt(std::string_view text, std::size_t at) {
    const auto end = text.find('\n', at);
    return text.substr(at, end == npos ? npos : end + 1 - at);
}

std::string_view withoutEnd(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool isFolded(std::string_view line) { return !line.empty() && (line.front() == ' ' || line.front() == '\t'); }

// The name that a header line starts with, or "": RFC 5322's characters up to a colon, blanks before it
// forgiven.
std::string_view headerName(std::string_view line) {
    std::size_t end = 0;
    while (end < line.size() && line[end] > ' ' && line[end] < 0x7F && line[end] != ':' && line[end] != '=') ++end;
    const auto name = line.substr(0, end);
    while (end < line.size() && (line[end] == ' ' || line[end] == '\t')) ++end;
    return end < line.size() && line[end] == ':' ? name : std::string_view{};
}

// A word and a colon start a line of a letter as often as a header; these are proof of headers.
bool isCommonHeader(std::string_view name) {
    constexpr auto known = std::to_array<std::string_view>({
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "sender",
        "reply-to",
        "message-id",
        "mime-version",
        "received",
        "return-path",
        "delivered-to",
        "dkim-signature",
        "in-reply-to",
        "references",
        "precedence",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "authentication-results",
        "list-unsubscribe",
        "list-id",
        "domainkey-signature",
        "feedback-id",
        "errors-to",
    });
    return startsNoCase(name, "x-") || startsNoCase(name, "arc-")
           || std::ranges::any_of(known, [name](auto one) { return equalNoCase(one, name); });
}

bool isMboxLine(std::string_view line) { return line.starts_with("From ") || line.starts_with(">From "); }

bool plausibleDate(std::string_view value) {
    value = trim(value);
    if (value.size() < 10) return false;
    return isDigit(value.front()) || (isAlpha(value.front()) && value[3] == ',');
}

// A header that can be found again inside the value of another, and what its own value must look like.
struct Swallowed {
    std::string_view name;  // as mailers write it
    bool (*plausible)(std::string_view value);
};

constexpr auto swallowedHeaders = std::to_array<Swallowed>({
    {"Date", plausibleDate},
    {"From", [](std::string_view value) { return value.find('@') != npos; }},
    {"To", [](std::string_view value) { return value.find('@') != npos; }},
    {"Subject", [](std::string_view value) { return !trim(value).empty() && headerName(trim(value)).empty(); }},
    {"Message-ID", [](std::string_view value) { return trim(value).starts_with('<'); }},
    {"MIME-Version", [](std::string_view value) { return trim(value).starts_with('1'); }},
    {"Content-Type", [](std::string_view value) { return value.find('/') != npos; }},
});
using Missing = std::vector<const Swallowed*>;

// Headers whose values are opaque: no person wrote "Date: " into them.
bool isOpaque(std::string_view name) {
    constexpr auto prefixes = std::to_array<std::string_view>({
        "dkim-",
        "domainkey-",
        "arc-",
        "x-",
        "received",
        "authentication-",
        "list-",
        "feedback-id",
        "content-transfer-encoding",
        "mime-version",
        "message-id",
        "return-path",
    });
    return std::ranges::any_of(prefixes, [name](auto prefix) { return startsNoCase(name, prefix); });
}

class HeaderScanner {
  public:
    explicit HeaderScanner(std::string_view bytes) : bytes_(bytes) {}

    HeaderBlock scan() {
        std::size_t at = 0;
        for (; at < bytes_.size(); at += lineAt(bytes_, at).size()) {
            if (at > maxHeaderBytes) {
                at = skipRest(at);
                break;
            }
            const auto line = lineAt(bytes_, at);
            if (withoutEnd(line).empty()) {
                at += line.size();
                break;
            }
            if (!takeLine(at, line)) break;
        }
        block_.text = bytes_.substr(std::min(at, bytes_.size()));
        return std::move(block_);
    }

  private:
    void defect(std::string_view sentence) {
        if (std::ranges::find(block_.defects, sentence) == block_.defects.end()) block_.defects.emplace_back(sentence);
    }

    // False when the line belongs to the text.
    bool takeLine(std::size_t at, std::string_view line) {
        auto& fields = block_.fields;
        if (isFolded(line) && !fields.empty()) {
            extendLast(line);
        } else if (const auto name = headerName(withoutEnd(line)); !name.empty()) {
            const auto colon = line.find(':');
            fields.push_back({name, line.substr(colon + 1)});
        } else if (fields.empty() || line.starts_with("--")) {
            return false;
        } else if (isMboxLine(line)) {
            defect("An mbox separator stands among the headers; it was skipped.");
        } else if (headersGoOn(at + line.size())) {
            extendLast(line);
            defect("A header line was broken without indentation; it was joined to the one before.");
        } else {
            defect("The empty line between headers and text is missing.");
            return false;
        }
        return true;
    }

    // Folded lines follow each other in the bytes, so the value only grows.
    void extendLast(std::string_view line) {
        auto& value = block_.fields.back().value;
        if (value.data() + value.size() == line.data()) value = {value.data(), value.size() + line.size()};
    }

    // Whether a well-known header follows within a few lines, before any empty one.
    bool headersGoOn(std::size_t at) const {
        for (int lines = 0; lines < 4 && at < bytes_.size(); ++lines) {
            const auto line = lineAt(bytes_, at);
            if (trim(line).empty() || line.starts_with("--")) return false;
            if (isCommonHeader(headerName(withoutEnd(line)))) return true;
            at += line.size();
        }
        return false;
    }

    std::size_t skipRest(std::size_t at) {
        defect("The headers are longer than 256 KB; the rest of them was skipped.");
        const auto end = std::min(bytes_.find("\n\n", at), bytes_.find("\n\r\n", at));
        return end == npos ? bytes_.size() : bytes_.find_first_not_of("\r\n", end);
    }

    std::string_view bytes_;
    HeaderBlock block_;
};

struct Found {
    std::size_t at = npos;  // in the value
    std::size_t which = 0;  // of the missing headers
};

Found findSwallowed(std::string_view value, const Missing& missing) {
    value = value.substr(0, maxSearched);
    Found first;
    for (std::size_t which = 0; which < missing.size(); ++which) {
        const auto& header = *missing[which];
        for (auto at = value.find(header.name); at < first.at; at = value.find(header.name, at + 1)) {
            const auto colon = at + header.name.size();
            if (at == 0 || value[at - 1] == '-' || !value.substr(colon).starts_with(": ")) continue;
            const auto next = value.substr(colon + 1, longestValue);
            if (header.plausible(next.substr(0, next.find('\n')))) first = {at, which};
        }
    }
    return first;
}

// Takes missing headers out of the values of opaque ones; what is found is looked at in turn.
bool splitGlued(std::vector<HeaderField>& fields) {
    Missing missing;
    for (const auto& header : swallowedHeaders) {
        if (std::ranges::none_of(fields, [&](const auto& field) { return equalNoCase(field.name, header.name); })) {
            missing.push_back(&header);
        }
    }
    bool split = false;
    bool wasGlued = false;
    for (std::size_t i = 0; i < fields.size() && !missing.empty(); ++i) {
        if (!wasGlued && !isOpaque(fields[i].name)) continue;
        const auto value = fields[i].value;
        const auto found = findSwallowed(value, missing);
        wasGlued = found.at != npos;
        if (!wasGlued) continue;
        const auto name = missing[found.which]->name;
        missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(found.which));
        fields[i].value = value.substr(0, found.at);
        fields.insert(fields.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                      {value.substr(found.at, name.size()), value.substr(found.at + name.size() + 1)});
        split = true;
    }
    return split;
}

}  // namespace

HeaderBlock splitHeaders(std::string_view bytes) { return HeaderScanner(bytes).scan(); }

HeaderBlock splitMessageHeaders(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    while (!bytes.empty()) {
        const auto line = lineAt(bytes, 0);
        if (!trim(line).empty() && !isMboxLine(line)) break;
        bytes.remove_prefix(line.size());
    }
    HeaderBlock block = splitHeaders(bytes);
    if (std::ranges::none_of(block.fields, [](const auto& field) { return isCommonHeader(field.name); })) {
        return {{}, bytes, {"There are no headers; all of it was read as text."}};
    }
    if (splitGlued(block.fields)) block.defects.emplace_back("Headers were glued together; they were taken apart.");
    return block;
}

}  // namespace nextjob::mail
