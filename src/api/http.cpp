#include "api/http.hpp"

#include <algorithm>
#include <array>

namespace nextjob::api {

namespace {

constexpr std::size_t maxFields = 100;

constexpr std::array<std::string_view, 7> methodNames{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
    return -1;
}

enum class Plus : bool { IsPlus, IsSpace };

std::optional<std::string> percentDecode(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return {};
            const int high = hexDigit(text[i + 1]);
            const int low = hexDigit(text[i + 2]);
            if (high < 0 || low < 0) return {};
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus == Plus::IsSpace) {
            c = ' ';
        }
        if (c == '\0') return {};
        decoded.push_back(c);
    }
    return decoded;
}

bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// "http://host/path" to "/path"; anything else stays.
std::string_view withoutOrigin(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equalIgnoringCase(target.substr(0, scheme.size()), scheme)) continue;
        target.remove_prefix(scheme.size());
        const auto path = target.find_first_of("/?");
        return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    }
    return target;
}

}  // namespace

std::string_view name(Method method) { return methodNames[static_cast<std::size_t>(method)]; }

std::optional<Method> methodNamed(std::string_view name) {
    const auto found = std::ranges::find(methodNames, name);
    if (found == methodNames.end()) return {};
    return static_cast<Method>(found - methodNames.begin());
}

bool equalIgnoringCase(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Headers::operator[](std::string_view name) const {
    for (const auto& [field, value] : fields_)
        if (equalIgnoringCase(field, name)) return value;
    return {};
}

std::string Headers::joined(std::string_view name) const {
    std::string all;
    for (const auto& [field, value] : fields_) {
        if (!equalIgnoringCase(field, name)) continue;
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(fields_, [&](const auto& field) { return equalIgnoringCase(field.first, name); }));
}

std::optional<std::vector<std::pair<std::string, std::string>>> parseForm(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> fields;
    while (!text.empty()) {
        const std::string_view field = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), field.size() + 1));
        if (field.empty()) continue;
        if (fields.size() == maxFields) return {};
        const auto equals = field.find('=');
        auto key = percentDecode(field.substr(0, equals), Plus::IsSpace);
        auto value = percentDecode(equals == std::string_view::npos ? "" : field.substr(equals + 1), Plus::IsSpace);
        if (!key || !value) return {};
        fields.emplace_back(std::move(*key), std::move(*value));
    }
    return fields;
}

std::optional<Target> parseTarget(std::string_view target) {
    if (std::ranges::any_of(target, isControl)) return {};
    if (target == "*") return Target{.segments = {}, .path = "*", .query = {}};
    target = withoutOrigin(target);
    if (target.empty() || (target[0] != '/' && target[0] != '?')) return {};
    target = target.substr(0, target.find('#'));
    const auto question = target.find('?');
    Target parsed{.segments = {}, .path = std::string(target.substr(0, question)), .query = {}};
    if (question != std::string_view::npos) {
        auto query = parseForm(target.substr(question + 1));
        if (!query) return {};
        parsed.query = std::move(*query);
    }
    std::string_view path = std::string_view(parsed.path).substr(std::min<std::size_t>(1, parsed.path.size()));
    while (!path.empty()) {
        const auto slash = path.find('/');
        auto segment = percentDecode(path.substr(0, slash), Plus::IsPlus);
        if (!segment || std::ranges::any_of(*segment, isControl)) return {};
        parsed.segments.push_back(std::move(*segment));
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return parsed;
}

std::string percentEncode(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        const bool plain = (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9')
                           || std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain) {
            encoded.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded.push_back('%');
        encoded.push_back(hex[byte >> 4U]);
        encoded.push_back(hex[byte & 15U]);
    }
    return encoded;
}

std::string_view reasonPhrase(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 411: return "Length Required";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return status < 400 ? "OK" : status < 500 ? "Bad Request" : "Internal Server Error";
    }
}

}  // namespace nextjob::api
