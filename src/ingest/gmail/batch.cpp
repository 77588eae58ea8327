#include "ingest/gmail/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace nextjob::ingest {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view ownMark = "nextjob-batch";
constexpr std::size_t maximumMark = 200;
constexpr std::size_t maximumHead = 16U << 10;  // of a part, and of the reply in it

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

// "boundary" of a multipart type (RFC 2046, 5.1.1).
std::string_view markOf(std::string_view contentType) {
    constexpr std::string_view type = "multipart/";
    constexpr std::string_view name = "boundary=";
    if (!std::ranges::equal(contentType.substr(0, type.size()), type, {}, lower)) return {};
    const auto at = contentType.find(name);
    if (at == npos) return {};
    auto mark = contentType.substr(at + name.size());
    if (mark.starts_with('"')) {
        mark.remove_prefix(1);
        mark = mark.substr(0, mark.find('"'));
    } else {
        mark = trimmed(mark.substr(0, mark.find(';')));
    }
    return mark.size() <= maximumMark ? mark : std::string_view{};
}

// Takes the lines of a header off the text, up to and with the empty one; nothing when it has no end.
std::optional<std::string_view> takeHead(std::string_view& text) {
    std::size_t at = 0;
    while (at < std::min(text.size(), maximumHead)) {
        const auto end = text.find('\n', at);
        if (end == npos) return std::nullopt;
        if (trimmed(text.substr(at, end - at)).empty()) {
            const auto head = text.substr(0, at);
            text.remove_prefix(end + 1);
            return head;
        }
        at = end + 1;
    }
    return std::nullopt;
}

std::string_view fieldOf(std::string_view head, std::string_view name) {
    while (!head.empty()) {
        const auto end = std::min(head.find('\n'), head.size());
        const auto line = head.substr(0, end);
        head.remove_prefix(std::min(end + 1, head.size()));
        const auto colon = line.find(':');
        if (colon != npos && std::ranges::equal(trimmed(line.substr(0, colon)), name, {}, lower, lower))
            return trimmed(line.substr(colon + 1));
    }
    return {};
}

// The n of "<response-item-n>".
std::optional<std::size_t> indexOf(std::string_view contentId) {
    constexpr std::string_view name = "item-";
    const auto at = contentId.rfind(name);
    if (at == npos) return std::nullopt;
    const auto digits = contentId.substr(at + name.size());
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    const std::string_view rest(end, digits.data() + digits.size());
    if (error != std::errc{} || (!rest.empty() && rest != ">")) return std::nullopt;
    return index;
}

// "HTTP/1.1 200 OK".
int statusOf(std::string_view line) {
    const auto blank = line.find(' ');
    if (!line.starts_with("HTTP/") || blank == npos) return 0;
    const auto digits = line.substr(blank + 1, 3);
    int status = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
    return error == std::errc{} && end == digits.data() + 3 ? status : 0;
}

std::optional<BatchReply> readPart(std::string_view part, std::size_t count) {
    const auto head = takeHead(part);
    if (!head) return std::nullopt;
    const auto index = indexOf(fieldOf(*head, "Content-ID"));
    const auto inner = takeHead(part);
    if (!index || *index >= count || !inner) return std::nullopt;
    const int status = statusOf(inner->substr(0, inner->find('\n')));
    if (status < 200) return std::nullopt;
    return BatchReply{.index = *index,
                      .status = status,
                      .retryAfter = std::string(fieldOf(*inner, "Retry-After")),
                      .body = std::string(trimmed(part))};
}

// The text up to the next delimiter line, which is taken off with it; nothing when none follows. `last` says whether it
// was the closing one.
std::optional<std::string_view> takePart(std::string_view& text, std::string_view delimiter, bool& last) {
    for (std::size_t from = 0;;) {
        const auto at = text.find(delimiter, from);
        if (at == npos) return std::nullopt;
        const auto behind = text.substr(at + delimiter.size());
        const bool ends =
            behind.empty() || behind.starts_with("--") || behind.starts_with('\r') || behind.starts_with('\n');
        if (!ends || (at != 0 && text[at - 1] != '\n')) {
            from = at + 1;
            continue;
        }
        auto part = text.substr(0, at);
        if (part.ends_with('\n')) part.remove_suffix(1);
        last = behind.starts_with("--");
        const auto line = behind.find('\n');
        text = line == npos ? std::string_view{} : behind.substr(line + 1);
        return part;
    }
}

}  // namespace

BatchBody batchOf(const std::vector<std::string>& paths) {
    BatchBody batch{.contentType = fmt::format("multipart/mixed; boundary={}", ownMark), .body = {}};
    for (std::size_t i = 0; i < paths.size(); ++i)
        fmt::format_to(
            std::back_inserter(batch.body),
            "--{}\r\nContent-Type: application/http\r\nContent-ID: <item-{}>\r\n\r\nGET {} HTTP/1.1\r\n\r\n\r\n",
            ownMark, i, paths[i]);
    batch.body += fmt::format("--{}--\r\n", ownMark);
    return batch;
}

std::optional<std::vector<BatchReply>> readBatchReply(std::string_view contentType, std::string_view body,
                                                      std::size_t count) {
    const auto mark = markOf(contentType);
    if (mark.empty()) return std::nullopt;
    const std::string delimiter = fmt::format("--{}", mark);
    bool last = false;
    if (!takePart(body, delimiter, last)) return std::nullopt;
    std::vector<BatchReply> replies;
    std::vector<bool> answered(count);
    while (!last) {
        const auto part = takePart(body, delimiter, last);
        if (!part) return std::nullopt;  // cut off
        auto reply = readPart(*part, count);
        if (!reply || answered[reply->index]) continue;
        answered[reply->index] = true;
        replies.push_back(std::move(*reply));
    }
    return replies;
}

}  // namespace nextjob::ingest
