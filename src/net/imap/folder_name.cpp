#include "net/imap/folder_name.hpp"

#include "mail/utf8.hpp"
#include "text/base64.hpp"

#include <algorithm>

namespace nextjob::net {

namespace {

bool isDirect(char32_t c) { return c >= 0x20 && c <= 0x7E; }

void appendUtf16(std::string& out, char32_t c) {
    const auto unit = [&out](char32_t value) {
        out += static_cast<char>(value >> 8U);
        out += static_cast<char>(value & 0xFFU);
    };
    if (c < 0x10000) return unit(c);
    unit(0xD800 + ((c - 0x10000) >> 10U));
    unit(0xDC00 + ((c - 0x10000) & 0x3FFU));
}

// "&…-" of what can't stand as it is.
void closeRun(std::string& out, std::string& run) {
    if (run.empty()) return;
    std::string digits;
    text::appendBase64(digits, run);
    while (digits.ends_with('=')) digits.pop_back();
    std::ranges::replace(digits, '/', ',');
    out += '&' + digits + '-';
    run.clear();
}

bool appendRun(std::string& out, std::string digits) {
    std::ranges::replace(digits, ',', '/');
    while (digits.size() % 4 != 0) digits += '=';
    const auto bytes = text::decodeBase64(digits);
    if (!bytes || bytes->size() % 2 != 0) return false;
    const auto unit = [&](std::size_t at) {
        return static_cast<char32_t>(static_cast<unsigned char>((*bytes)[at]) << 8U
                                     | static_cast<unsigned char>((*bytes)[at + 1]));
    };
    for (std::size_t at = 0; at < bytes->size(); at += 2) {
        char32_t c = unit(at);
        if (c >= 0xD800 && c < 0xDC00) {
            at += 2;
            if (at >= bytes->size()) return false;
            const char32_t low = unit(at);
            if (low < 0xDC00 || low > 0xDFFF) return false;
            c = 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00);
        }
        mail::appendUtf8(out, c);
    }
    return true;
}

}  // namespace

std::optional<std::string> encodedFolder(std::string_view name) {
    if (!mail::isUtf8(name)) return std::nullopt;
    std::string out, run;
    for (std::size_t at = 0; at < name.size();) {
        const auto c = mail::codePointAt(name, at);
        at += c.size;
        if (!isDirect(c.value)) {
            appendUtf16(run, c.value);
            continue;
        }
        closeRun(out, run);
        out += static_cast<char>(c.value);
        if (c.value == '&') out += '-';
    }
    closeRun(out, run);
    return out;
}

std::optional<std::string> decodedFolder(std::string_view encoded) {
    std::string out;
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        if (encoded[at] != '&') {
            out += encoded[at];
            continue;
        }
        const auto end = encoded.find('-', at);
        if (end == std::string_view::npos) return std::nullopt;
        if (end == at + 1)
            out += '&';
        else if (!appendRun(out, std::string(encoded.substr(at + 1, end - at - 1))))
            return std::nullopt;
        at = end;
    }
    // Each name has one form only: what comes in another could not be asked for again.
    const auto again = encodedFolder(out);
    if (!again || *again != encoded) return std::nullopt;
    return out;
}

}  // namespace nextjob::net
