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
// The server's numbers for types.
constexpr std::uint32_t int8Type = 20, int4Type = 23, textType = 25, float8Type = 701;

template <class Unsigned>
std::array<char, sizeof(Unsigned)> bigEndianOf(Unsigned value) {
    if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
    return std::bit_cast<std::array<char, sizeof(Unsigned)>>(value);
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

// The head of an array, with room for its first index where it has any item.
std::string arrayHead(std::uint32_t type, std::uint32_t count, bool nulls) {
    std::string head;
    putBigEndian(head, std::uint32_t{count == 0 ? 0U : 1U});  // dimensions
    putBigEndian(head, std::uint32_t{nulls ? 1U : 0U});
    putBigEndian(head, type);
    if (count != 0) {
        putBigEndian(head, count);
        putBigEndian(head, std::uint32_t{1});  // where its indexes begin
    }
    return head;
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
    const std::string head = arrayHead(static_cast<std::uint32_t>(type_), count_, nulls_);
    bytes_.replace(0, count_ == 0 ? bytes_.size() : arrayHeadSize, head);
    Value made{.bytes = std::move(bytes_), .null = false, .binary = true};
    *this = Column(type_);
    return made;
}

RowArray::RowArray(std::uint32_t type, std::uint32_t fields, std::size_t expected) : type_(type), fields_(fields) {
    bytes_.reserve(expected + arrayHeadSize);
    bytes_.resize(arrayHeadSize);
}

void RowArray::begin() {
    end();
    row_ = bytes_.size();
    putBigEndian(bytes_, std::uint32_t{0});  // its length, when it is known
    putBigEndian(bytes_, fields_);
    ++count_;
}

void RowArray::end() {
    if (count_ == 0) return;
    const auto length = bigEndianOf(static_cast<std::uint32_t>(bytes_.size() - row_ - sizeof(std::uint32_t)));
    std::ranges::copy(length, bytes_.begin() + static_cast<std::ptrdiff_t>(row_));
}

void RowArray::field(std::uint32_t type, std::string_view bytes) {
    putBigEndian(bytes_, std::uint64_t{type} << 32U | static_cast<std::uint32_t>(bytes.size()));
    bytes_ += bytes;
}

void RowArray::null(std::uint32_t type) { putBigEndian(bytes_, std::uint64_t{type} << 32U | ~std::uint32_t{0}); }

void RowArray::add(std::int32_t number) {
    const auto bytes = bigEndianOf(static_cast<std::uint32_t>(number));
    field(int4Type, {bytes.data(), bytes.size()});
}

void RowArray::add(std::int64_t number) {
    const auto bytes = bigEndianOf(static_cast<std::uint64_t>(number));
    field(int8Type, {bytes.data(), bytes.size()});
}

void RowArray::add(double number) {
    const auto bytes = bigEndianOf(std::bit_cast<std::uint64_t>(number));
    field(float8Type, {bytes.data(), bytes.size()});
}

void RowArray::add(std::string_view given) {
    if (isPlain(given)) {
        field(textType, given);
    } else {
        field(textType, storable(given));
    }
}

void RowArray::add(const std::optional<double>& number) {
    if (number) {
        add(*number);
    } else {
        null(float8Type);
    }
}

void RowArray::add(const std::optional<std::string_view>& given) {
    if (given) {
        add(*given);
    } else {
        null(textType);
    }
}

Value RowArray::take() && {
    end();
    bytes_.replace(0, count_ == 0 ? bytes_.size() : arrayHeadSize, arrayHead(type_, count_, false));
    return {.bytes = std::move(bytes_), .null = false, .binary = true};
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
