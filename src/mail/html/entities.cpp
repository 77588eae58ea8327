#include "mail/html/entities.hpp"

#include "mail/ascii.hpp"
#include "mail/charset.hpp"
#include "mail/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace nextjob::mail::html {
namespace {

struct Entity {
    std::string_view name;
    char32_t codePoint = 0;
};

// U+00A0 to U+00FF, in order.
constexpr std::array<std::string_view, 96> latin1 = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",
    "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",
    "para",   "middot", "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave",
    "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",
    "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",
    "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute",
    "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave",
    "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide",
    "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml",
};

// Known without a semicolon too, as all of latin1 is.
constexpr auto basic = std::to_array<Entity>({
    {"amp", 0x26},
    {"lt", 0x3C},
    {"gt", 0x3E},
    {"quot", 0x22},
    {"AMP", 0x26},
    {"LT", 0x3C},
    {"GT", 0x3E},
    {"QUOT", 0x22},
    {"COPY", 0xA9},
    {"REG", 0xAE},
});

// clang-format off
constexpr auto others = std::to_array<Entity>({
    {"OElig", 0x152}, {"oelig", 0x153}, {"Scaron", 0x160}, {"scaron", 0x161}, {"Yuml", 0x178},
    {"fnof", 0x192}, {"circ", 0x2C6}, {"tilde", 0x2DC}, {"Alpha", 0x391}, {"Beta", 0x392}, {"Gamma", 0x393},
    {"Delta", 0x394}, {"Epsilon", 0x395}, {"Zeta", 0x396}, {"Eta", 0x397}, {"Theta", 0x398}, {"Iota", 0x399},
    {"Kappa", 0x39A}, {"Lambda", 0x39B}, {"Mu", 0x39C}, {"Nu", 0x39D}, {"Xi", 0x39E}, {"Omicron", 0x39F},
    {"Pi", 0x3A0}, {"Rho", 0x3A1}, {"Sigma", 0x3A3}, {"Tau", 0x3A4}, {"Upsilon", 0x3A5}, {"Phi", 0x3A6},
    {"Chi", 0x3A7}, {"Psi", 0x3A8}, {"Omega", 0x3A9}, {"alpha", 0x3B1}, {"beta", 0x3B2}, {"gamma", 0x3B3},
    {"delta", 0x3B4}, {"epsilon", 0x3B5}, {"zeta", 0x3B6}, {"eta", 0x3B7}, {"theta", 0x3B8}, {"iota", 0x3B9},
    {"kappa", 0x3BA}, {"lambda", 0x3BB}, {"mu", 0x3BC}, {"nu", 0x3BD}, {"xi", 0x3BE}, {"omicron", 0x3BF},
    {"pi", 0x3C0}, {"rho", 0x3C1}, {"sigmaf", 0x3C2}, {"sigma", 0x3C3}, {"tau", 0x3C4}, {"upsilon", 0x3C5},
    {"phi", 0x3C6}, {"chi", 0x3C7}, {"psi", 0x3C8}, {"omega", 0x3C9}, {"thetasym", 0x3D1}, {"upsih", 0x3D2},
    {"piv", 0x3D6}, {"ensp", 0x2002}, {"emsp", 0x2003}, {"thinsp", 0x2009}, {"zwnj", 0x200C},
    {"zwj", 0x200D}, {"lrm", 0x200E}, {"rlm", 0x200F}, {"ndash", 0x2013}, {"mdash", 0x2014},
    {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201A}, {"ldquo", 0x201C}, {"rdquo", 0x201D},
    {"bdquo", 0x201E}, {"dagger", 0x2020}, {"Dagger", 0x2021}, {"bull", 0x2022}, {"hellip", 0x2026},
    {"permil", 0x2030}, {"prime", 0x2032}, {"Prime", 0x2033}, {"lsaquo", 0x2039}, {"rsaquo", 0x203A},
    {"oline", 0x203E}, {"frasl", 0x2044}, {"euro", 0x20AC}, {"image", 0x2111}, {"weierp", 0x2118},
    {"real", 0x211C}, {"trade", 0x2122}, {"alefsym", 0x2135}, {"larr", 0x2190}, {"uarr", 0x2191},
    {"rarr", 0x2192}, {"darr", 0x2193}, {"harr", 0x2194}, {"crarr", 0x21B5}, {"lArr", 0x21D0},
    {"uArr", 0x21D1}, {"rArr", 0x21D2}, {"dArr", 0x21D3}, {"hArr", 0x21D4}, {"forall", 0x2200},
    {"part", 0x2202}, {"exist", 0x2203}, {"empty", 0x2205}, {"nabla", 0x2207}, {"isin", 0x2208},
    {"notin", 0x2209}, {"ni", 0x220B}, {"prod", 0x220F}, {"sum", 0x2211}, {"minus", 0x2212},
    {"lowast", 0x2217}, {"radic", 0x221A}, {"prop", 0x221D}, {"infin", 0x221E}, {"ang", 0x2220},
    {"and", 0x2227}, {"or", 0x2228}, {"cap", 0x2229}, {"cup", 0x222A}, {"int", 0x222B}, {"there4", 0x2234},
    {"sim", 0x223C}, {"cong", 0x2245}, {"asymp", 0x2248}, {"ne", 0x2260}, {"equiv", 0x2261}, {"le", 0x2264},
    {"ge", 0x2265}, {"sub", 0x2282}, {"sup", 0x2283}, {"nsub", 0x2284}, {"sube", 0x2286}, {"supe", 0x2287},
    {"oplus", 0x2295}, {"otimes", 0x2297}, {"perp", 0x22A5}, {"sdot", 0x22C5}, {"lceil", 0x2308},
    {"rceil", 0x2309}, {"lfloor", 0x230A}, {"rfloor", 0x230B}, {"lang", 0x2329}, {"rang", 0x232A},
    {"loz", 0x25CA}, {"spades", 0x2660}, {"clubs", 0x2663}, {"hearts", 0x2665}, {"diams", 0x2666},
    {"apos", 0x27}, {"ZeroWidthSpace", 0x200B}, {"NoBreak", 0x2060}, {"NewLine", 0xA}, {"Tab", 0x9},
    {"excl", 0x21}, {"num", 0x23}, {"dollar", 0x24}, {"percnt", 0x25}, {"lpar", 0x28}, {"rpar", 0x29},
    {"ast", 0x2A}, {"plus", 0x2B}, {"comma", 0x2C}, {"period", 0x2E}, {"sol", 0x2F}, {"colon", 0x3A},
    {"semi", 0x3B}, {"equals", 0x3D}, {"quest", 0x3F}, {"commat", 0x40}, {"lsqb", 0x5B}, {"lbrack", 0x5B},
    {"bsol", 0x5C}, {"rsqb", 0x5D}, {"rbrack", 0x5D}, {"Hat", 0x5E}, {"lowbar", 0x5F}, {"UnderBar", 0x5F},
    {"grave", 0x60}, {"lcub", 0x7B}, {"lbrace", 0x7B}, {"verbar", 0x7C}, {"vert", 0x7C},
    {"VerticalLine", 0x7C}, {"rcub", 0x7D}, {"rbrace", 0x7D}, {"NonBreakingSpace", 0xA0}, {"hyphen", 0x2010},
    {"dash", 0x2010}, {"horbar", 0x2015}, {"nldr", 0x2025}, {"mldr", 0x2026}, {"bullet", 0x2022},
    {"numsp", 0x2007}, {"puncsp", 0x2008}, {"hairsp", 0x200A}, {"ThinSpace", 0x2009},
    {"VeryThinSpace", 0x200A}, {"MediumSpace", 0x205F}, {"emsp13", 0x2004}, {"emsp14", 0x2005},
    {"rightarrow", 0x2192}, {"RightArrow", 0x2192}, {"leftarrow", 0x2190}, {"LeftArrow", 0x2190},
    {"check", 0x2713}, {"checkmark", 0x2713}, {"cross", 0x2717}, {"star", 0x2606}, {"starf", 0x2605},
    {"bigstar", 0x2605}, {"phone", 0x260E}, {"Zcaron", 0x17D}, {"zcaron", 0x17E}, {"Ccaron", 0x10C},
    {"ccaron", 0x10D}, {"Cacute", 0x106}, {"cacute", 0x107}, {"Sacute", 0x15A}, {"sacute", 0x15B},
    {"Zacute", 0x179}, {"zacute", 0x17A}, {"Nacute", 0x143}, {"nacute", 0x144}, {"Lstrok", 0x141},
    {"lstrok", 0x142}, {"Aogon", 0x104}, {"aogon", 0x105}, {"Eogon", 0x118}, {"eogon", 0x119},
    {"Zdot", 0x17B}, {"zdot", 0x17C}, {"Ecaron", 0x11A}, {"ecaron", 0x11B}, {"Rcaron", 0x158},
    {"rcaron", 0x159}, {"Dcaron", 0x10E}, {"dcaron", 0x10F}, {"Tcaron", 0x164}, {"tcaron", 0x165},
    {"Ncaron", 0x147}, {"ncaron", 0x148}, {"Uring", 0x16E}, {"uring", 0x16F}, {"Odblac", 0x150},
    {"odblac", 0x151}, {"Udblac", 0x170}, {"udblac", 0x171}, {"Abreve", 0x102}, {"abreve", 0x103},
    {"Scedil", 0x15E}, {"scedil", 0x15F}, {"Tcedil", 0x162}, {"tcedil", 0x163}, {"Gbreve", 0x11E},
    {"gbreve", 0x11F}, {"Idot", 0x130}, {"inodot", 0x131}, {"imath", 0x131}, {"Amacr", 0x100},
    {"amacr", 0x101}, {"Emacr", 0x112}, {"emacr", 0x113}, {"Imacr", 0x12A}, {"imacr", 0x12B},
    {"Umacr", 0x16A}, {"umacr", 0x16B}, {"Omacr", 0x14C}, {"omacr", 0x14D}, {"Dstrok", 0x110},
    {"dstrok", 0x111},
});
// clang-format on

constexpr std::size_t slots = 1024;
constexpr std::size_t longestLegacyName = 6;
constexpr std::size_t longestName = 32;

constexpr std::size_t slotOf(std::string_view name) {
    std::uint32_t hash = 2166136261U;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return (hash ^ (hash >> 13)) % slots;
}

// Open addressing, filled by the compiler.
struct Table {
    std::array<Entity, slots> entities{};
    std::array<bool, slots> legacy{};

    constexpr void add(Entity entity, bool isLegacy) {
        std::size_t slot = slotOf(entity.name);
        while (!entities[slot].name.empty()) slot = (slot + 1) % slots;
        entities[slot] = entity;
        legacy[slot] = isLegacy;
    }
};

constexpr Table table = [] {
    Table filled;
    for (std::size_t i = 0; i < latin1.size(); ++i) filled.add({latin1[i], static_cast<char32_t>(0xA0 + i)}, true);
    for (const auto& entity : basic) filled.add(entity, true);
    for (const auto& entity : others) filled.add(entity, false);
    return filled;
}();

// 0 when unknown.
char32_t lookUp(std::string_view name, bool legacyOnly) {
    for (std::size_t slot = slotOf(name); !table.entities[slot].name.empty(); slot = (slot + 1) % slots) {
        if (table.entities[slot].name == name)
            return legacyOnly && !table.legacy[slot] ? 0 : table.entities[slot].codePoint;
    }
    return 0;
}

Reference numeric(std::string_view text) {
    std::size_t at = 2;
    const bool hexadecimal = at < text.size() && lower(text[at]) == 'x';
    if (hexadecimal) ++at;
    const std::size_t digits = at;
    char32_t value = 0;
    for (; at < text.size(); ++at) {
        const int digit = hexadecimal ? hexValue(text[at]) : isDigit(text[at]) ? text[at] - '0' : -1;
        if (digit < 0) break;
        value = std::min<char32_t>(0x110000, value * (hexadecimal ? 16 : 10) + static_cast<char32_t>(digit));
    }
    if (at == digits) return {};
    if (at < text.size() && text[at] == ';') ++at;
    // What &#128; to &#159; mean in mail, as every browser has it.
    if (value >= 0x80 && value < 0xA0) value = fromWindows1252(static_cast<unsigned char>(value));
    if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) value = 0xFFFD;
    return {value, at};
}

}  // namespace

Reference characterReference(std::string_view text, bool inAttribute) {
    if (text.size() < 3) return {};
    if (text[1] == '#') return numeric(text);
    std::size_t end = 1;
    while (end < text.size() && end <= longestName && (isAlpha(text[end]) || isDigit(text[end]))) ++end;
    if (end < text.size() && text[end] == ';') {
        if (const char32_t found = lookUp(text.substr(1, end - 1), false)) return {found, end + 1};
    }
    for (std::size_t stop = std::min(end, longestLegacyName + 1); stop > 2; --stop) {
        const char32_t found = lookUp(text.substr(1, stop - 1), true);
        if (found == 0) continue;
        const char next = stop < text.size() ? text[stop] : ' ';
        if (inAttribute && (next == '=' || isAlpha(next) || isDigit(next))) return {};
        return {found, stop};
    }
    return {};
}

void appendResolved(std::string& out, std::string_view text, bool inAttribute) {
    while (true) {
        const auto ampersand = text.find('&');
        out.append(text.substr(0, ampersand));
        if (ampersand == std::string_view::npos) return;
        text.remove_prefix(ampersand);
        const auto reference = characterReference(text, inAttribute);
        if (reference.size != 0) {
            appendUtf8(out, reference.codePoint);
        } else {
            out.push_back('&');
        }
        text.remove_prefix(std::max<std::size_t>(1, reference.size));
    }
}

}  // namespace nextjob::mail::html
