#include "api/response_head.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <iterator>

namespace nextjob::api {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> common{{
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"},
}};

// The moment as a Date header says it; made once a second on each thread.
std::string_view date() {
    thread_local std::time_t made = 0;
    thread_local std::string text;
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    if (now != made) {
        text = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
        made = now;
    }
    return text;
}

// Header values come from handlers; a line end in one would begin another header.
void appendField(std::string& head, std::string_view name, std::string_view value) {
    head += name;
    head += ": ";
    std::ranges::copy_if(value, std::back_inserter(head), [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
    head += "\r\n";
}

}  // namespace

std::string responseHead(const Response& response, std::string_view requestId, bool close) {
    std::string head;
    head.reserve(512);
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status, reasonPhrase(response.status));
    appendField(head, "Date", date());
    if (!response.contentType.empty()) appendField(head, "Content-Type", response.contentType);
    if (response.stream == nullptr && response.status != 204 && response.status != 304)
        fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
    appendField(head, "X-Request-ID", requestId);
    for (const auto& [name, value] : common) {
        const auto own = [&](const auto& header) { return equalIgnoringCase(header.first, name); };
        if (std::ranges::none_of(response.headers, own)) appendField(head, name, value);
    }
    for (const auto& [name, value] : response.headers) appendField(head, name, value);
    if (close) appendField(head, "Connection", "close");
    head += "\r\n";
    return head;
}

}  // namespace nextjob::api
