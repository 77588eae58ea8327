#include "mail/charset.hpp"

#include "mail/ascii.hpp"
#include "mail/utf8.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace nextjob::mail {
namespace {

constexpr auto npos = std::string_view::npos;

constexpr std::array<char16_t, 32> windows1252 = {0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
                                                  0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

void appendWindows1252(std::string& out, char byte) {
    appendUtf8(out, fromWindows1252(static_cast<unsigned char>(byte)));
}

std::string allFromWindows1252(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char byte : bytes) appendWindows1252(out, byte);
    return out;
}

// Keeps what is UTF-8 and reads each other byte as windows-1252: mails put together from two sources.
std::string mendUtf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + 16);
    while (!bytes.empty()) {
        const std::size_t good = validUtf8Prefix(bytes);
        out.append(bytes.substr(0, good));
        bytes.remove_prefix(good);
        if (bytes.empty()) break;
        appendWindows1252(out, bytes.front());
        bytes.remove_prefix(1);
    }
    return out;
}

enum class Kind : unsigned char {
    Utf8,  // UTF-8, ASCII, none or an unknown one: UTF-8 as far as the bytes are
    Windows1252,
    SingleByte,  // text in it is hardly ever UTF-8 by chance
    MultiByte,   // short text in it can be UTF-8 by chance, so the label is believed first
    Shifted,     // 7-bit, or 16 and 32 bit units: never to be read as UTF-8 unless it fails
};

struct Charset {
    Kind kind;
    std::string name;  // for iconv
};

Charset classify(std::string_view declared) {
    std::string name;
    for (const char c : trim(declared)) {
        if (c != '"' && c != '\'' && !isSpace(c)) name.push_back(c == '_' ? '-' : lower(c));
    }
    const auto is = [&name](auto... names) { return ((name == names) || ...); };
    const auto starts = [&name](auto... prefixes) { return (name.starts_with(prefixes) || ...); };
    if (name.empty()
        || is("utf-8", "utf8", "us-ascii", "ascii", "unicode-1-1-utf-8", "x-unknown", "unknown-8bit", "binary", "8bit",
              "7bit", "default", "utf-8-sig", "ansi-x3.4-1968")) {
        return {Kind::Utf8, {}};
    }
    if (is("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "windows-1252", "cp1252", "cp-1252", "x-cp1252",
           "x-ansi", "ansi", "ibm819", "cp819", "iso-8859-1:1987")) {
        return {Kind::Windows1252, {}};
    }
    if (starts("gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb-2312", "euc-cn")) return {Kind::MultiByte, "GB18030"};
    if (is("ks-c-5601-1987", "ks-c-5601", "ksc5601", "korean", "euc-kr")) return {Kind::MultiByte, "CP949"};
    if (is("shift-jis", "sjis", "x-sjis", "ms-kanji", "windows-31j")) return {Kind::MultiByte, "CP932"};
    if (starts("big5")) return {Kind::MultiByte, "BIG5-HKSCS"};
    if (starts("euc-", "cp949", "cp932")) return {Kind::MultiByte, std::move(name)};
    if (is("iso-8859-9", "latin5")) return {Kind::SingleByte, "CP1254"};
    if (is("iso-8859-11", "tis-620")) return {Kind::SingleByte, "CP874"};
    if (is("iso-8859-8-i", "iso-8859-8-e")) return {Kind::SingleByte, "ISO-8859-8"};
    if (is("x-mac-cyrillic")) return {Kind::SingleByte, "MAC-CYRILLIC"};
    if (is("x-mac-roman", "macroman", "x-macroman")) return {Kind::SingleByte, "MACINTOSH"};
    if (starts("iso-2022-jp")) return {Kind::Shifted, "ISO-2022-JP-3"};
    if (is("utf-16", "unicode", "ucs-2")) return {Kind::Shifted, "UTF-16LE"};
    if (starts("utf-16", "utf-32", "ucs-4", "iso-2022", "utf-7", "hz")) return {Kind::Shifted, std::move(name)};
    if (starts("unicode-1-1-utf-7", "x-unicode-2-0-utf-7")) return {Kind::Shifted, "UTF-7"};
    if (starts("windows-125")) return {Kind::SingleByte, "CP" + name.substr(8)};
    if (starts("windows-874")) return {Kind::SingleByte, "CP874"};
    return {Kind::SingleByte, std::move(name)};
}

struct Converted {
    std::string text;
    std::size_t bad = 0;  // bytes that were no character, now U+FFFD
};

// Nothing when iconv does not know the charset.
std::optional<Converted> convert(std::string_view bytes, const std::string& charset) {
    auto* const handle = iconv_open("UTF-8", charset.c_str());
    if (handle == reinterpret_cast<iconv_t>(-1)) return std::nullopt;  // NOLINT: iconv's own error value
    Converted result;
    std::array<char, 4096> block;
    auto* in = const_cast<char*>(bytes.data());  // NOLINT: iconv does not write to it
    std::size_t left = bytes.size();
    bool flushing = false;
    while (true) {
        char* out = block.data();
        std::size_t room = block.size();
        const bool failed = iconv(handle, flushing ? nullptr : &in, flushing ? nullptr : &left, &out, &room)
                            == static_cast<std::size_t>(-1);
        const int error = errno;
        result.text.append(block.data(), block.size() - room);
        if (failed && error == E2BIG) continue;
        if (flushing) break;
        if (failed && left > 0) {  // EILSEQ, or EINVAL: cut in the middle of a character
            result.text.append("\xEF\xBF\xBD");
            ++result.bad;
            ++in;
            --left;
        }
        flushing = left == 0;
    }
    iconv_close(handle);
    if (!isUtf8(result.text)) result.text = mendUtf8(result.text);  // some glibc tables give surrogates
    return result;
}

Decoded asUtf8(std::string bytes) {
    if (isUtf8(bytes)) return {std::move(bytes), false};
    return {mendUtf8(bytes), true};
}

bool tolerable(const Converted& result, std::size_t bytes) { return result.bad <= bytes / 16; }

}  // namespace

char32_t fromWindows1252(unsigned char byte) { return byte >= 0x80 && byte < 0xA0 ? windows1252[byte - 0x80U] : byte; }

namespace {

Decoded decode(std::string bytes, std::string_view declared) {
    const std::string_view view = bytes;
    if (view.starts_with("\xEF\xBB\xBF")) return asUtf8(bytes.substr(3));
    for (const auto& [mark, name] : {std::pair("\xFF\xFE", "UTF-16LE"), std::pair("\xFE\xFF", "UTF-16BE")}) {
        if (!view.starts_with(mark)) continue;
        if (auto result = convert(view.substr(2), name); result && tolerable(*result, bytes.size())) {
            return {std::move(result->text), false};
        }
    }
    const Charset charset = classify(declared);
    switch (charset.kind) {
        case Kind::Utf8: return asUtf8(std::move(bytes));
        case Kind::Windows1252:
            if (isUtf8(bytes)) return {std::move(bytes), false};
            return {allFromWindows1252(bytes), false};
        case Kind::SingleByte:
            if (isUtf8(bytes)) return {std::move(bytes), false};
            break;
        case Kind::MultiByte:
        case Kind::Shifted: break;
    }
    auto result = convert(bytes, charset.name);
    if (!result) {
        auto guessed = asUtf8(std::move(bytes));
        guessed.mended = true;
        return guessed;
    }
    if (result->bad > 0 && isUtf8(bytes)) return {std::move(bytes), true};
    return {std::move(result->text), result->bad > 0};
}

}  // namespace

Decoded toUtf8(std::string bytes, std::string_view declared) {
    Decoded decoded = decode(std::move(bytes), declared);
    if (decoded.text.find('\0') != npos) std::erase(decoded.text, '\0');
    return decoded;
}

std::string_view htmlCharset(std::string_view html) {
    constexpr std::string_view label = "charset";
    const auto head = html.substr(0, 4096);
    for (std::size_t at = findNoCase(head, "<meta"); at != npos; at = findNoCase(head, "<meta", at + 5)) {
        const auto tag = head.substr(at, head.find('>', at) - at);
        auto found = findNoCase(tag, label);
        if (found == npos) continue;
        auto value = trim(tag.substr(found + label.size()));
        if (!value.starts_with('=')) continue;
        value = trim(value.substr(1));
        while (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
        return value.substr(0, value.find_first_of("\"' ;/>\t\r\n"));
    }
    return {};
}

}  // namespace nextjob::mail
