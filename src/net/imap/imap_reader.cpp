#include "net/imap/imap_reader.hpp"

#include "net/imap/imap_parse.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace nextjob::net {

namespace {

constexpr std::size_t pieceBytes = 16U << 10;

// "{123}" at the end of a line: so many bytes of a literal follow it. It is taken off.
std::optional<std::size_t> takeLiteralSize(std::string& line) {
    if (!line.ends_with('}')) return std::nullopt;
    const auto open = line.rfind('{');
    if (open == std::string::npos) return std::nullopt;
    std::string_view digits = std::string_view(line).substr(open + 1);
    digits.remove_suffix(1);
    if (digits.ends_with('+')) digits.remove_suffix(1);
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    line.resize(open);
    return size;
}

// Text for people, at the end of which "{5}" means nothing.
bool isForPeople(const ImapResponse& response) {
    return response.kind != ImapResponse::Kind::Untagged || statusOf(response.text.front()).has_value();
}

ImapResult<ImapResponse> opened(std::string line) {
    ImapResponse response;
    if (line.starts_with("* ")) {
        response.text.emplace_back(line, 2);
    } else if (line.starts_with('+')) {
        response.kind = ImapResponse::Kind::Continue;
        response.text.emplace_back(line, std::min<std::size_t>(line.size(), 2));
    } else {
        const auto space = line.find(' ');
        if (space == std::string::npos || space == 0)
            return imapFailure(ImapFault::Confused, "The mail server's answer is not IMAP.");
        response.kind = ImapResponse::Kind::Tagged;
        response.tag = line.substr(0, space);
        response.text.emplace_back(line, space + 1);
    }
    return response;
}

std::unexpected<ImapError> tooLarge() {
    return imapFailure(ImapFault::TooLarge, "The mail server's answer is longer than it may be.");
}

}  // namespace

ImapResult<ImapResponse> ImapReader::next(const ImapReadLimits& limits, ImapClock::time_point deadline) {
    std::size_t left = limits.lineBytes;
    auto first = line(left, deadline);
    if (!first) return std::unexpected(std::move(first.error()));
    left -= first->size();
    auto response = opened(std::move(*first));
    if (!response || isForPeople(*response)) return response;
    while (const auto size = takeLiteralSize(response->text.back())) {
        if (*size > limits.literalBytes || response->literals.size() == limits.literals) return tooLarge();
        auto bytes = literal(*size, deadline);
        if (!bytes) return std::unexpected(std::move(bytes.error()));
        response->literals.push_back(std::move(*bytes));
        auto rest = line(left, deadline);
        if (!rest) return std::unexpected(std::move(rest.error()));
        left -= rest->size();
        response->text.push_back(std::move(*rest));
    }
    return response;
}

// Without its end, CRLF or LF.
ImapResult<std::string> ImapReader::line(std::size_t limit, ImapClock::time_point deadline) {
    std::size_t searched = at_;
    while (true) {
        const auto end = buffer_.find('\n', searched);
        const std::size_t size = (end == std::string::npos ? buffer_.size() : end) - at_;
        if (size > limit + 1) return tooLarge();
        if (end != std::string::npos) {
            std::string line = buffer_.substr(at_, size);
            at_ = end + 1;
            if (line.ends_with('\r')) line.pop_back();
            if (line.size() > limit) return tooLarge();
            return line;
        }
        const std::size_t behind = buffer_.size() - at_;
        if (auto more = fill(deadline); !more) return std::unexpected(std::move(more.error()));
        searched = at_ + behind;
    }
}

ImapResult<std::string> ImapReader::literal(std::size_t size, ImapClock::time_point deadline) {
    std::string bytes = buffer_.substr(at_, size);
    at_ += bytes.size();
    // Grows as the bytes come: a size that is only claimed costs nothing.
    while (bytes.size() < size) {
        const std::size_t before = bytes.size();
        bytes.resize(before + std::min(size - before, pieceBytes));
        const auto received = stream_.receive(std::span(bytes).subspan(before), deadline);
        if (!received) return std::unexpected(received.error());
        bytes.resize(before + *received);
    }
    return bytes;
}

ImapResult<> ImapReader::fill(ImapClock::time_point deadline) {
    buffer_.erase(0, at_);
    at_ = 0;
    std::array<char, pieceBytes> piece;
    const auto received = stream_.receive(piece, deadline);
    if (!received) return std::unexpected(received.error());
    buffer_.append(piece.data(), *received);
    return {};
}

}  // namespace nextjob::net
