#include "analyse/skills/alphabet.hpp"

#include "text/fold.hpp"

namespace nextjob::analyse {

namespace {

constexpr std::u32string_view moreCyrillic = U"іїєґў";

bool isSpaceLike(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == '-' || (c >= 0x2000 && c <= 0x2015) || c == 0x202F
           || c == 0x2212 || c == 0x3000;
}

Symbol symbolOf(char32_t c) {
    if (isSpaceLike(c)) return symbol::space;
    if (c == 0x2018 || c == 0x2019 || c == 0x2BC) c = '\'';
    const char32_t folded = text::foldLetter(c);
    if (folded >= 'a' && folded <= 'z') return static_cast<Symbol>(symbol::firstLetter + (folded - 'a'));
    if (c >= '0' && c <= '9') return static_cast<Symbol>(symbol::firstDigit + (c - '0'));
    if (folded >= 0x430 && folded <= 0x44F) return static_cast<Symbol>(symbol::firstCyrillic + (folded - 0x430));
    const auto more = moreCyrillic.find(folded);
    if (more != std::u32string_view::npos) return static_cast<Symbol>(symbol::firstCyrillic + 32 + more);
    if (c < 0x80) {
        const auto mark = symbol::marks.find(static_cast<char>(c));
        if (mark != std::string_view::npos) return static_cast<Symbol>(symbol::firstMark + mark);
    }
    // Scripts without spaces between words end a Latin word: Pythonエンジニア.
    const bool word = c == '_' || (text::isLetterOrDigit(c) && c < 0x2E80);
    return word ? symbol::otherWord : symbol::other;
}

}  // namespace

Alphabet::Alphabet() {
    for (char32_t c = 0; c < ascii_.size(); ++c) ascii_[c] = symbolOf(c);
    for (char32_t c = 0; c < twoBytes_.size(); ++c) twoBytes_[c] = symbolOf(c);
}

Alphabet::Step Alphabet::readLong(const char* text, std::size_t at, std::size_t size, unsigned char lead) const {
    if (lead >= 0xC2 && lead < 0xE0 && at + 1 < size) {
        const auto next = static_cast<unsigned char>(text[at + 1]);
        if ((next & 0xC0U) == 0x80U) return {twoBytes_[(lead & 0x1FU) << 6U | (next & 0x3FU)], 2};
    }
    const auto [value, bytes] = text::decode({text, size}, at);
    return {bytes == 1 ? symbol::other : symbolOf(value), bytes};
}

std::string Alphabet::encode(std::string_view text) const {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto [symbol, size] = read(text.data(), at, text.size());
        out.push_back(static_cast<char>(symbol));
        at += size;
    }
    return out;
}

}  // namespace nextjob::analyse
