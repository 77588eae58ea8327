#include "mail/html/names.hpp"

#include "mail/ascii.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace nextjob::mail::html {
namespace {

// Names of at most twelve bytes packed into two words, lower-cased: one comparison, no copying.
struct Packed {
    std::uint64_t low = 0;
    std::uint32_t high = 0;
    friend bool operator==(Packed, Packed) = default;
};
constexpr std::size_t longestName = 12;

constexpr Packed pack(std::string_view name) {
    Packed packed;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto byte = static_cast<unsigned char>(lower(name[i]));
        if (i < 8) {
            packed.low |= static_cast<std::uint64_t>(byte) << (8 * i);
        } else {
            packed.high |= static_cast<std::uint32_t>(byte) << (8 * (i - 8));
        }
    }
    return packed;
}

constexpr std::size_t slots = 256;

constexpr std::size_t slotOf(Packed name) {
    return static_cast<std::size_t>(((name.low ^ name.high) * 0x9E3779B97F4A7C15ULL) >> 56);
}

// Open addressing, filled by the compiler; an empty slot ends the search.
template <class Value>
class NameTable {
  public:
    template <std::size_t N>
    constexpr explicit NameTable(const std::array<std::pair<std::string_view, Value>, N>& names) {
        static_assert(N < slots / 2);
        for (const auto& [name, value] : names) {
            std::size_t slot = slotOf(pack(name));
            while (names_[slot].low != 0) slot = (slot + 1) % slots;
            names_[slot] = pack(name);
            values_[slot] = value;
        }
    }

    constexpr Value find(std::string_view name, Value fallback) const {
        if (name.empty() || name.size() > longestName) return fallback;
        const Packed packed = pack(name);
        for (std::size_t slot = slotOf(packed); names_[slot].low != 0; slot = (slot + 1) % slots) {
            if (names_[slot] == packed) return values_[slot];
        }
        return fallback;
    }

  private:
    std::array<Packed, slots> names_{};
    std::array<Value, slots> values_{};
};

using TagName = std::pair<std::string_view, Tag>;
constexpr NameTable<Tag> tags(std::to_array<TagName>({
    {"a", Tag::A},
    {"abbr", Tag::Abbr},
    {"address", Tag::Address},
    {"article", Tag::Article},
    {"aside", Tag::Aside},
    {"b", Tag::B},
    {"blockquote", Tag::Blockquote},
    {"body", Tag::Body},
    {"br", Tag::Br},
    {"button", Tag::Button},
    {"caption", Tag::Caption},
    {"center", Tag::Center},
    {"code", Tag::Code},
    {"dd", Tag::Dd},
    {"div", Tag::Div},
    {"dl", Tag::Dl},
    {"dt", Tag::Dt},
    {"em", Tag::Em},
    {"figure", Tag::Figure},
    {"font", Tag::Font},
    {"footer", Tag::Footer},
    {"form", Tag::Form},
    {"h1", Tag::H1},
    {"h2", Tag::H2},
    {"h3", Tag::H3},
    {"h4", Tag::H4},
    {"h5", Tag::H5},
    {"h6", Tag::H6},
    {"head", Tag::Head},
    {"header", Tag::Header},
    {"hr", Tag::Hr},
    {"html", Tag::Html},
    {"i", Tag::I},
    {"img", Tag::Img},
    {"input", Tag::Input},
    {"label", Tag::Label},
    {"li", Tag::Li},
    {"link", Tag::Link},
    {"main", Tag::Main},
    {"map", Tag::Map},
    {"meta", Tag::Meta},
    {"nav", Tag::Nav},
    {"ol", Tag::Ol},
    {"option", Tag::Option},
    {"p", Tag::P},
    {"pre", Tag::Pre},
    {"script", Tag::Script},
    {"section", Tag::Section},
    {"select", Tag::Select},
    {"small", Tag::Small},
    {"span", Tag::Span},
    {"strong", Tag::Strong},
    {"style", Tag::Style},
    {"sub", Tag::Sub},
    {"sup", Tag::Sup},
    {"table", Tag::Table},
    {"tbody", Tag::Tbody},
    {"td", Tag::Td},
    {"textarea", Tag::Textarea},
    {"tfoot", Tag::Tfoot},
    {"th", Tag::Th},
    {"thead", Tag::Thead},
    {"time", Tag::Time},
    {"title", Tag::Title},
    {"tr", Tag::Tr},
    {"u", Tag::U},
    {"ul", Tag::Ul},
}));

using AttributePair = std::pair<std::string_view, AttributeName>;
constexpr auto attributePairs = std::to_array<AttributePair>({
    {"href", AttributeName::Href},
    {"class", AttributeName::Class},
    {"id", AttributeName::Id},
    {"style", AttributeName::Style},
    {"title", AttributeName::Title},
    {"alt", AttributeName::Alt},
    {"itemprop", AttributeName::Itemprop},
    {"itemtype", AttributeName::Itemtype},
    {"itemscope", AttributeName::Itemscope},
    {"content", AttributeName::Content},
    {"datetime", AttributeName::Datetime},
    {"src", AttributeName::Src},
    {"name", AttributeName::Name},
    {"aria-label", AttributeName::AriaLabel},
    {"role", AttributeName::Role},
    {"bgcolor", AttributeName::Bgcolor},
    {"background", AttributeName::Background},
    {"color", AttributeName::Color},
    {"hidden", AttributeName::Hidden},
    {"type", AttributeName::Type},
});
constexpr NameTable<AttributeName> attributes(attributePairs);

}  // namespace

Tag tagNamed(std::string_view name) { return tags.find(name, Tag::Other); }

bool isVoid(Tag tag, std::string_view name) {
    switch (tag) {
        case Tag::Br:
        case Tag::Hr:
        case Tag::Img:
        case Tag::Input:
        case Tag::Link:
        case Tag::Meta: return true;
        case Tag::Other: break;
        default: return false;
    }
    for (const std::string_view other :
         {"col", "area", "base", "embed", "param", "source", "track", "wbr", "basefont"}) {
        if (equalNoCase(name, other)) return true;
    }
    return false;
}

AttributeName attributeNamed(std::string_view name) {
    if (name.size() > 5 && startsNoCase(name, "data-")) return AttributeName::Data;
    return attributes.find(name, AttributeName::Unknown);
}

std::string_view nameOf(AttributeName name) {
    for (const auto& [text, value] : attributePairs) {
        if (value == name) return text;
    }
    return {};
}

}  // namespace nextjob::mail::html
