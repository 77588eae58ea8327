#include "store/cursor.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <charconv>

namespace nextjob::store {
namespace {

constexpr std::size_t maximumSize = 4096;
constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string_view takeUntil(std::string_view& text, char end) {
    const std::string_view taken = text.substr(0, text.find(end));
    text.remove_prefix(std::min(text.size(), taken.size() + 1));
    return taken;
}

}  // namespace

std::string encodeCursor(const Cursor& cursor) {
    const std::string plain =
        fmt::format("{}|{}|{}|{}", cursor.list, cursor.backward ? 'p' : 'n', cursor.id, cursor.key);
    std::string coded(sodium_base64_encoded_len(plain.size(), variant), '\0');
    sodium_bin2base64(coded.data(), coded.size(), reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                      variant);
    coded.resize(coded.size() - 1);  // libsodium's own end of string
    return coded;
}

Result<Cursor> decodeCursor(std::string_view text, std::string_view list) {
    const auto refuse = [] {
        return failure(ErrorCode::Invalid, "This cursor does not belong to this list. Begin again without a cursor.");
    };
    if (text.size() > maximumSize) return refuse();
    std::string plain(text.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(plain.data()), plain.size(), text.data(), text.size(),
                          nullptr, &size, nullptr, variant)
        != 0) {
        return refuse();
    }
    std::string_view rest = std::string_view(plain).substr(0, size);
    Cursor cursor;
    cursor.list = takeUntil(rest, '|');
    const std::string_view direction = takeUntil(rest, '|');
    const std::string_view id = takeUntil(rest, '|');
    cursor.backward = direction == "p";
    cursor.key = rest;
    const auto read = std::from_chars(id.data(), id.data() + id.size(), cursor.id);
    const bool whole = read.ec == std::errc() && read.ptr == id.data() + id.size();
    if (cursor.list != list || (direction != "n" && direction != "p") || !whole) return refuse();
    return cursor;
}

}  // namespace nextjob::store
