#include "mail/utf8.hpp"

#include <cstring>

namespace nextjob::mail {
namespace {

bool isContinuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

// Size of the well-formed sequence at `at` that starts with a byte above 0x7F, or 0.
std::size_t sequenceSize(const unsigned char* at, std::size_t left) {
    const unsigned lead = at[0];
    if (lead >= 0xC2 && lead <= 0xDF) return left >= 2 && isContinuation(at[1]) ? 2 : 0;
    if ((lead & 0xF0U) == 0xE0U) {
        if (left < 3 || !isContinuation(at[1]) || !isContinuation(at[2])) return 0;
        if ((lead == 0xE0 && at[1] < 0xA0) || (lead == 0xED && at[1] > 0x9F)) return 0;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (left < 4 || !isContinuation(at[1]) || !isContinuation(at[2]) || !isContinuation(at[3])) return 0;
        if ((lead == 0xF0 && at[1] < 0x90) || (lead == 0xF4 && at[1] > 0x8F)) return 0;
        return 4;
    }
    return 0;
}

}  // namespace

std::size_t validUtf8Prefix(std::string_view bytes) {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t at = 0;
    while (at < bytes.size()) {
        // Eight ASCII bytes at a time: nearly all of a mail.
        while (at + 8 <= bytes.size()) {
            std::uint64_t word = 0;
            std::memcpy(&word, data + at, 8);
            if ((word & 0x8080808080808080ULL) != 0) break;
            at += 8;
        }
        while (at < bytes.size() && data[at] < 0x80) ++at;
        while (at < bytes.size() && data[at] >= 0x80) {
            const std::size_t size = sequenceSize(data + at, bytes.size() - at);
            if (size == 0) return at;
            at += size;
        }
    }
    return at;
}

std::size_t utf8Size(std::string_view text) {
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    return data[0] < 0x80 ? 1 : sequenceSize(data, text.size());
}

void appendUtf8(std::string& out, char32_t codePoint) {
    if (codePoint > 0x10FFFF || (codePoint >= 0xD800 && codePoint <= 0xDFFF)) codePoint = 0xFFFD;
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (codePoint < 0x80) {
        put(codePoint);
    } else if (codePoint < 0x800) {
        put(0xC0 | (codePoint >> 6));
        put(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
        put(0xE0 | (codePoint >> 12));
        put(0x80 | ((codePoint >> 6) & 0x3F));
        put(0x80 | (codePoint & 0x3F));
    } else {
        put(0xF0 | (codePoint >> 18));
        put(0x80 | ((codePoint >> 12) & 0x3F));
        put(0x80 | ((codePoint >> 6) & 0x3F));
        put(0x80 | (codePoint & 0x3F));
    }
}

CodePoint codePointAt(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t offset) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[at + offset]));
    };
    const char32_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    if (lead < 0xE0) return {((lead & 0x1F) << 6) | (byte(1) & 0x3F), 2};
    if (lead < 0xF0) return {((lead & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F), 3};
    return {((lead & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) | (byte(3) & 0x3F), 4};
}

std::string_view cutUtf8(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && isContinuation(static_cast<unsigned char>(text[limit]))) --limit;
    return text.substr(0, limit);
}

}  // namespace nextjob::mail
