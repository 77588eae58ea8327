#include "net/letter_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace nextjob::net {

namespace {

// Of quoted-printable, with room for the "=" of a soft line end (RFC 2045, 6.7).
constexpr std::size_t lineBytes = 75;

std::string headerValue(std::string_view value) {
    std::string clean;
    std::ranges::copy_if(value, std::back_inserter(clean),
                         [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
    return clean;
}

void appendQuoted(std::string& out, std::string_view line) {
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto byte = static_cast<unsigned char>(line[i]);
        const bool blankAtEnd = (byte == ' ' || byte == '\t') && i + 1 == line.size();
        const bool plain = ((byte >= 0x20 && byte < 0x7f) || byte == '\t') && byte != '=' && !blankAtEnd;
        const std::size_t width = plain ? 1 : 3;
        if (column + width > lineBytes) {
            out += "=\r\n";
            column = 0;
        }
        // A line that is a dot alone ends the message for SMTP; libcurl does not know our text's lines.
        if (plain && !(byte == '.' && column == 0))
            out += line[i];
        else
            fmt::format_to(std::back_inserter(out), "={:02X}", byte);
        column += width;
    }
    out += "\r\n";
}

}  // namespace

std::string_view addressIn(std::string_view mailbox) {
    const auto open = mailbox.rfind('<');
    const auto close = mailbox.rfind('>');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return mailbox;
    return mailbox.substr(open + 1, close - open - 1);
}

std::string messageText(const Letter& letter, std::string_view from, std::string_view messageId,
                        std::chrono::system_clock::time_point now) {
    std::string out = fmt::format(
        "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
        "quoted-printable\r\n"
        "Auto-Submitted: auto-generated\r\n\r\n",
        fmt::gmtime(std::chrono::system_clock::to_time_t(now)), headerValue(from), headerValue(letter.to),
        headerValue(letter.subject), headerValue(messageId));
    std::string_view rest = letter.text;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        appendQuoted(out, rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

}  // namespace nextjob::net
