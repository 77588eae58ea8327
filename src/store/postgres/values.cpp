#include "store/postgres/values.hpp"

#include "text/fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>

namespace nextjob::store::postgres {
namespace {

constexpr char32_t replacement = 0xFFFD;

template <class Unsigned>
std::array<char, sizeof(Unsigned)> bigEndianOf(Unsigned value) {
    std::array<char, sizeof(Unsigned)> bytes;
    for (std::size_t place = sizeof(Unsigned); place-- > 0; value >>= 8U) bytes[place] = static_cast<char>(value);
    return bytes;
}

template <class Unsigned>
void putBigEndian(std::string& out, Unsigned value) {
    const auto bytes = bigEndianOf(value);
    out.append(bytes.data(), bytes.size());
}

std::uint64_t bigEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
    return value;
}

bool isPlain(std::string_view text) {
    return std::ranges::all_of(text, [](char byte) { return byte > 0; });
}

bool isIntegerType(Oid type) { return type == 20 || type == 21 || type == 23; }

}  // namespace

std::string storable(std::string_view text) {
    std::string clean;
    if (isPlain(text)) return clean = text;
    clean.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const text::CodePoint letter = text::decode(text, at);
        const bool broken = letter.value == 0 || (letter.value == replacement && letter.size == 1);
        text::append(clean, broken ? replacement : letter.value);
        at += letter.size;
    }
    return clean;
}

Value valueOf(std::string_view text) { return {.bytes = storable(text)}; }

Value valueOf(double number) { return {.bytes = fmt::format("{}", number)}; }

Value valueOf(bool flag) { return {.bytes = flag ? "t" : "f"}; }

void Column::add(std::int64_t number) {
    putBigEndian(bytes_, std::uint32_t{8});
    putBigEndian(bytes_, static_cast<std::uint64_t>(number));
    ++count_;
}

void Column::add(double number) {
    putBigEndian(bytes_, std::uint32_t{8});
    putBigEndian(bytes_, std::bit_cast<std::uint64_t>(number));
    ++count_;
}

void Column::add(bool flag) {
    putBigEndian(bytes_, std::uint32_t{1});
    bytes_ += flag ? '\1' : '\0';
    ++count_;
}

void Column::add(std::string_view text) {
    if (type_ == Type::Text && !isPlain(text)) {
        const std::string clean = storable(text);
        putBigEndian(bytes_, static_cast<std::uint32_t>(clean.size()));
        bytes_ += clean;
    } else {
        putBigEndian(bytes_, static_cast<std::uint32_t>(text.size()));
        bytes_ += text;
    }
    ++count_;
}

void Column::add(std::nullopt_t) {
    putBigEndian(bytes_, ~std::uint32_t{0});
    nulls_ = true;
    ++count_;
}

// The head stands before the items from the first of them on, with what is not yet known left open.
Value Column::take() {
    std::string head;
    putBigEndian(head, std::uint32_t{count_ == 0 ? 0U : 1U});  // dimensions
    putBigEndian(head, std::uint32_t{nulls_ ? 1U : 0U});
    putBigEndian(head, static_cast<std::uint32_t>(type_));
    if (count_ != 0) {
        putBigEndian(head, count_);
        putBigEndian(head, std::uint32_t{1});  // where its indexes begin
    }
    bytes_.replace(0, count_ == 0 ? bytes_.size() : headSize, head);
    Value made{.bytes = std::move(bytes_), .null = false, .binary = true};
    *this = Column(type_);
    return made;
}

std::int64_t Row::integer(int column) const {
    const std::string_view bytes = view(column);
    switch (bytes.size()) {
        case 0: return 0;
        case 1: return bytes[0];
        case 2: return static_cast<std::int16_t>(bigEndian(bytes));
        case 4: return static_cast<std::int32_t>(bigEndian(bytes));
        case 8: return static_cast<std::int64_t>(bigEndian(bytes));
        default: throw std::logic_error(fmt::format("column {} is no integer", column));
    }
}

double Row::real(int column) const { return isNull(column) ? 0 : std::bit_cast<double>(bigEndian(view(column))); }

std::string Row::text(int column) const {
    if (isIntegerType(PQftype(result_, column))) return isNull(column) ? "" : std::to_string(integer(column));
    return std::string(view(column));
}

std::optional<std::int64_t> Row::optionalInteger(int column) const {
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<double> Row::optionalReal(int column) const {
    return isNull(column) ? std::nullopt : std::optional(real(column));
}

std::optional<Timestamp> Row::optionalTime(int column) const {
    return isNull(column) ? std::nullopt : std::optional(time(column));
}

}  // namespace nextjob::store::postgres
