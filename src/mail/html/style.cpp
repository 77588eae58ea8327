#include "mail/html/style.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace nextjob::mail::html {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t maxRules = 2000;

// Up to the ';' that ends a declaration; one inside quotes or parentheses (data: URLs) does not.
std::size_t declarationEnd(std::string_view text) {
    static constexpr ByteSet marks(";(\"'");
    std::size_t end = marks.find(text);
    if (end == npos || text[end] == ';') return std::min(end, text.size());
    int depth = 0;
    char quote = 0;
    for (; end < text.size(); ++end) {
        const char c = text[end];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')') {
            depth = std::max(0, depth - 1);
        } else if (c == ';' && depth == 0) {
            break;
        }
    }
    return end;
}

struct Length {
    double value = 0;
    std::string_view unit;
};

std::optional<Length> parseLength(std::string_view text) {
    text = trim(text);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    return Length{value, trim(text.substr(static_cast<std::size_t>(end - text.data())))};
}

bool isZero(std::string_view text) {
    const auto length = parseLength(text);
    return length && length->value == 0;
}

bool isFarOff(std::string_view text) {
    const auto length = parseLength(text);
    return length && length->value <= -400;  // in any unit: no mail is wide enough
}

Shown fontSize(std::string_view value) {
    const auto length = parseLength(value);
    if (!length) return startsNoCase(value, "inherit") ? Shown::Unset : Shown::Yes;
    if (length->value == 0) return Shown::No;
    if (equalNoCase(length->unit, "em") || length->unit == "%") return Shown::Unset;
    const double pixels = length->value * (equalNoCase(length->unit, "rem") ? 16 : 1);
    return pixels < 2 ? Shown::No : Shown::Yes;
}

Display display(std::string_view value) {
    if (equalNoCase(value, "none")) return Display::None;
    if (equalNoCase(value, "inline")) return Display::Inline;
    for (const std::string_view block : {"block", "table", "flex", "grid", "list-item", "table-cell", "table-row"}) {
        if (equalNoCase(value, block)) return Display::Block;
    }
    return Display::Other;
}

Colour background(std::string_view value) {
    if (findNoCase(value, "url(") != npos || findNoCase(value, "gradient") != npos) return unknown;
    Colour found = notSet;
    while (!(value = trim(value)).empty()) {
        const bool function = startsNoCase(value, "rgb");
        const std::size_t end =
            function ? std::min(value.find(')'), value.size() - 1) + 1 : value.find_first_of(" \t\r\n");
        const Colour colour = parseColour(value.substr(0, end));
        if (colour != notSet) found = found >= 0 ? found : colour;
        if (end >= value.size()) break;
        value.remove_prefix(end);
    }
    return found;
}

Colour hexColour(std::string_view digits) {
    Colour value = 0;
    if (digits.size() != 3 && digits.size() != 6) return unknown;
    for (const char c : digits) {
        const int digit = hexValue(c);
        if (digit < 0) return unknown;
        value = digits.size() == 3 ? value * 256 + digit * 17 : value * 16 + digit;
    }
    return value;
}

Colour rgbColour(std::string_view inside) {
    std::array<double, 4> parts{0, 0, 0, 1};
    std::size_t count = 0;
    while (count < parts.size() && !inside.empty()) {
        const auto length = parseLength(inside.substr(0, inside.find_first_of(",/)")));
        if (!length) return unknown;
        parts[count++] = length->value;
        const auto next = inside.find_first_of(",/)");
        inside = next == npos ? std::string_view{} : inside.substr(next + 1);
        if (trim(inside).empty()) break;
    }
    if (count < 3) return unknown;
    if (parts[3] <= 0) return notSet;
    Colour value = 0;
    for (std::size_t i = 0; i < 3; ++i) value = value * 256 + static_cast<Colour>(std::clamp(parts[i], 0.0, 255.0));
    return value;
}

// A property by the hash of its name would be faster; its length tells most apart already.
void applyOne(StyleFacts& facts, std::string_view name, std::string_view value) {
    bool important = false;
    if (const auto mark = value.find('!'); mark != npos) {
        important = true;
        value = trim(value.substr(0, mark));
    }
    const auto is = [name](std::string_view wanted) { return equalNoCase(name, wanted); };
    switch (name.size()) {
        case 3:
            if (is("top")) facts.offscreen |= isFarOff(value);
            break;
        case 4:
            if (is("left")) facts.offscreen |= isFarOff(value);
            break;
        case 5:
            if (is("color"))
                facts.colour = parseColour(value);
            else if (is("width"))
                facts.zeroBox |= isZero(value);
            break;
        case 6:
            if (is("height")) facts.zeroBox |= isZero(value);
            break;
        case 7:
            if (is("display") && (important || !facts.displayImportant)) {
                facts.display = display(value);
                facts.displayImportant = important;
            } else if (is("opacity")) {
                facts.transparent = isZero(value);
            }
            break;
        case 8:
            if (is("overflow")) facts.overflowHidden = equalNoCase(value, "hidden");
            break;
        case 9:
            if (is("font-size"))
                facts.fontSize = fontSize(value);
            else if (is("max-width"))
                facts.zeroBox |= isZero(value);
            break;
        case 10:
            if (is("visibility"))
                facts.visibility = equalNoCase(value, "visible") ? Shown::Yes : Shown::No;
            else if (is("background"))
                facts.background = background(value);
            else if (is("max-height"))
                facts.zeroBox |= isZero(value);
            break;
        case 11:
            if (is("text-indent")) facts.offscreen |= isFarOff(value);
            break;
        case 16:
            if (is("background-color"))
                facts.background = background(value);
            else if (is("background-image") && findNoCase(value, "(") != npos)
                facts.background = unknown;
            break;
        default: break;
    }
}

}  // namespace

Colour parseColour(std::string_view text) {
    text = trim(text);
    if (text.starts_with('#')) return hexColour(text.substr(1));
    if (startsNoCase(text, "rgb")) {
        const auto open = text.find('(');
        return open == npos ? unknown : rgbColour(text.substr(open + 1));
    }
    if (startsNoCase(text, "transparent") || startsNoCase(text, "inherit") || startsNoCase(text, "initial")
        || startsNoCase(text, "none")) {
        return notSet;
    }
    constexpr std::array<std::pair<std::string_view, Colour>, 12> names = {{
        {"white", 0xFFFFFF},
        {"black", 0x000000},
        {"red", 0xFF0000},
        {"green", 0x008000},
        {"blue", 0x0000FF},
        {"gray", 0x808080},
        {"grey", 0x808080},
        {"silver", 0xC0C0C0},
        {"navy", 0x000080},
        {"yellow", 0xFFFF00},
        {"whitesmoke", 0xF5F5F5},
        {"orange", 0xFFA500},
    }};
    for (const auto& [name, value] : names) {
        if (equalNoCase(text, name)) return value;
    }
    return hexColour(text) >= 0 ? hexColour(text) : unknown;  // bgcolor="ffffff"
}

void StyleFacts::apply(std::string_view declarations) {
    while (!declarations.empty()) {
        const std::size_t end = declarationEnd(declarations);
        const auto declaration = declarations.substr(0, end);
        declarations.remove_prefix(std::min(end + 1, declarations.size()));
        const auto colon = declaration.find(':');
        if (colon != npos) applyOne(*this, trim(declaration.substr(0, colon)), trim(declaration.substr(colon + 1)));
    }
}

void StyleFacts::merge(const StyleFacts& later) {
    if (later.display != Display::Unset && (later.displayImportant || !displayImportant)) {
        display = later.display;
        displayImportant = later.displayImportant;
    }
    if (later.visibility != Shown::Unset) visibility = later.visibility;
    if (later.fontSize != Shown::Unset) fontSize = later.fontSize;
    zeroBox |= later.zeroBox;
    overflowHidden |= later.overflowHidden;
    transparent |= later.transparent;
    offscreen |= later.offscreen;
    if (later.colour != notSet) colour = later.colour;
    if (later.background != notSet) background = later.background;
}

void Stylesheet::add(std::string_view css) {
    while (!css.empty()) {
        static constexpr ByteSet marks("{};/@");
        const auto open = marks.find(css);
        if (open == npos) return;
        if (css.substr(open).starts_with("/*")) {
            const auto end = css.find("*/", open + 2);
            css.remove_prefix(end == npos ? css.size() : end + 2);
        } else if (css[open] == '@') {
            const auto body = css.find_first_of("{;", open);
            if (body == npos) return;
            static constexpr ByteSet braces("{}");
            std::size_t at = body + 1;
            for (int depth = css[body] == '{' ? 1 : 0; depth > 0; ++at) {
                at = braces.find(css, at);
                if (at == npos) return;
                depth += css[at] == '{' ? 1 : -1;
            }
            css.remove_prefix(at);
        } else if (css[open] == '{') {
            const auto close = std::min(css.find('}', open), css.size());
            addRule(css.substr(0, open), css.substr(open + 1, close - open - 1));
            css.remove_prefix(std::min(close + 1, css.size()));
        } else {
            css.remove_prefix(open + 1);
        }
    }
}

void Stylesheet::addRule(std::string_view selectors, std::string_view declarations) {
    if (rules_.size() >= maxRules || selectors.find_first_of(".#") == npos) return;
    StyleFacts facts;
    facts.apply(declarations);
    if (facts == StyleFacts{}) return;
    while (!selectors.empty()) {
        const auto comma = selectors.find(',');
        auto selector = trim(selectors.substr(0, comma));
        selectors.remove_prefix(comma == npos ? selectors.size() : comma + 1);
        const auto mark = selector.find_first_of(".#");
        if (mark == npos || !std::ranges::all_of(selector.substr(0, mark), isAlpha)) continue;
        selector.remove_prefix(mark);
        if (selector.size() < 2 || selector.find_first_of(" \t\r\n>+~:[*.#", 1) != npos) continue;
        rules_[selector].merge(facts);
    }
}

void Stylesheet::apply(std::string_view classes, std::string_view id, StyleFacts& facts) const {
    // A map of views needs the mark before the name; names are short.
    std::array<char, 64> key;
    const auto look = [&](char mark, std::string_view name) {
        if (name.empty() || name.size() + 1 > key.size()) return;
        key[0] = mark;
        std::ranges::copy(name, key.begin() + 1);
        const auto found = rules_.find(std::string_view(key.data(), name.size() + 1));
        if (found != rules_.end()) facts.merge(found->second);
    };
    for (classes = trim(classes); !classes.empty(); classes = trim(classes)) {
        const auto end = std::min(classes.find_first_of(" \t\r\n\f"), classes.size());
        look('.', classes.substr(0, end));
        classes.remove_prefix(end);
    }
    look('#', id);
}

}  // namespace nextjob::mail::html
