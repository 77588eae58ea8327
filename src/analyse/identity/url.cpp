#include "analyse/identity/url.hpp"

#include "text/find_any.hpp"

#include <algorithm>
#include <cstdint>

namespace nextjob::analyse {

namespace {

constexpr std::size_t mostParts = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

int base64Digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

std::string readHost(std::string_view authority) {
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
    std::string host = lowerAscii(authority.substr(0, authority.find(':')));
    while (host.ends_with('.')) host.pop_back();
    return host;
}

}  // namespace

Url parseUrl(std::string_view link) {
    Url url;
    if (!isWebAddress(link)) return url;
    std::string_view rest = link.substr(link.find("://") + 3);
    if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
        url.fragment = rest.substr(hash + 1);
        rest = rest.substr(0, hash);
    }
    if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
        url.query = rest.substr(mark + 1);
        rest = rest.substr(0, mark);
    }
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos) url.path = rest.substr(slash);
    url.host = readHost(rest.substr(0, slash));
    return url;
}

Url::Parts<std::string_view> Url::segments() const {
    Parts<std::string_view> parts;
    for (std::string_view rest = path; !rest.empty() && parts.size() < mostParts;) {
        const auto slash = std::min(rest.find('/'), rest.size());
        if (slash > 0) parts.push_back(rest.substr(0, slash));
        rest.remove_prefix(std::min(slash + 1, rest.size()));
    }
    return parts;
}

Url::Parts<std::pair<std::string_view, std::string_view>> Url::parameters() const {
    Parts<std::pair<std::string_view, std::string_view>> parts;
    for (std::string_view rest = query; !rest.empty() && parts.size() < mostParts;) {
        const auto end = std::min(text::findAny(rest, "&;"), rest.size());
        const auto part = rest.substr(0, end);
        const auto equals = std::min(part.find('='), part.size());
        const bool entity = part == "amp";  // of "&amp;"
        if (!part.empty() && !entity)
            parts.emplace_back(part.substr(0, equals), part.substr(std::min(equals + 1, part.size())));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return parts;
}

bool isWebAddress(std::string_view text) {
    return equalNoCase(text.substr(0, 7), "http://") || equalNoCase(text.substr(0, 8), "https://");
}

std::string percentDecode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = text[at] == '%' && at + 2 < text.size() ? hexDigit(text[at + 1]) : -1;
        const int low = high >= 0 ? hexDigit(text[at + 2]) : -1;
        if (low >= 0) {
            out.push_back(static_cast<char>(static_cast<unsigned char>(high * 16 + low)));
            at += 2;
        } else {
            out.push_back(text[at]);
        }
    }
    return out;
}

std::string base64Decode(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const int digit = base64Digit(c);
        if (digit < 0) break;
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<char>(static_cast<unsigned char>(bits >> count & 0xFFU)));
        }
    }
    return out;
}

std::string lowerAscii(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

bool equalNoCase(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

}  // namespace nextjob::analyse
