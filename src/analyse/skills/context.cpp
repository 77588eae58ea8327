#include "analyse/skills/context.hpp"

#include "text/fold.hpp"
#include "text/lines.hpp"

#include <algorithm>
#include <stdexcept>

namespace nextjob::analyse {

namespace {

constexpr std::size_t reach = 48;       // bytes in which a cue must stand
constexpr std::size_t longestGap = 40;  // bytes between two members of a list

bool continuesCharacter(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Folded, with every run of hyphens and white space as one space, and no space around.
std::string plainWords(std::string_view text) {
    std::string out;
    for (const char c : text::fold(text)) {
        const bool space = c == ' ' || c == '-' || c == '\n' || c == '\t' || c == '(' || c == ')' || c == ':';
        if (!space) {
            out.push_back(c);
        } else if (!out.empty() && out.back() != ' ') {
            out.push_back(' ');
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

bool endsWord(std::string_view text, std::size_t at) {
    if (at >= text.size()) return true;
    const auto c = static_cast<unsigned char>(text[at]);
    return c < 0x80 && !text::isLetterOrDigit(c);
}

bool beginsWith(std::string_view words, std::string_view cue) {
    if (cue.ends_with('*')) return words.starts_with(cue.substr(0, cue.size() - 1));
    return words.starts_with(cue) && endsWord(words, cue.size());
}

bool endsWith(std::string_view words, std::string_view cue) {
    if (!words.ends_with(cue)) return false;
    return words.size() == cue.size() || endsWord(words, words.size() - cue.size() - 1);
}

}  // namespace

SkillContext::SkillContext(std::string_view data) {
    text::forEachLine(data, [&](unsigned, std::string_view line) {
        const auto cells = text::split(line, "\t");
        if (cells.size() == 2 && cells[0] == "joiner") {
            for (const auto word : text::split(cells[1], " | "))
                joiners_.push_back(text::fold(word));
            return;
        }
        if (cells.size() != 3 || (cells[1] != "before" && cells[1] != "after"))
            throw std::runtime_error("context.tsv: not a rule: " + std::string(line));
        for (const auto group : text::split(cells[0], " ")) {
            auto cues = std::ranges::find(cues_, group, &Cues::group);
            if (cues == cues_.end()) cues = cues_.insert(cues_.end(), Cues{std::string(group), {}, {}});
            for (const auto cue : text::split(cells[2], " | "))
                (cells[1] == "before" ? cues->before : cues->after).push_back(plainWords(cue));
        }
    });
    std::ranges::sort(joiners_);
}

bool SkillContext::saysSkill(std::string_view group, std::string_view text, Span span) const {
    const auto cues = std::ranges::find(cues_, group, &Cues::group);
    if (cues == cues_.end()) return false;
    std::size_t from = span.begin > reach ? span.begin - reach : 0;
    while (from < span.begin && continuesCharacter(text[from]))
        ++from;
    const auto before = plainWords(text.substr(from, span.begin - from));
    const auto after = plainWords(text.substr(span.end, reach));
    return std::ranges::any_of(cues->before, [&](std::string_view cue) { return endsWith(before, cue); })
           || std::ranges::any_of(cues->after, [&](std::string_view cue) { return beginsWith(after, cue); });
}

bool SkillContext::joins(std::string_view gap) const {
    if (gap.size() > longestGap) return false;
    bool joined = false;
    const std::string words = text::fold(gap);
    for (std::size_t at = 0; at < words.size();) {
        const auto [value, size] = text::decode(words, at);
        if (!text::isLetterOrDigit(value)) {
            // A dot ends a sentence, not a list's member.
            if (value == '.' || value == '!' || value == '?') return false;
            joined =
                joined || (value != ' ' && value != '-' && value != '(' && value != ')' && value != '\'');
            at += size;
            continue;
        }
        std::size_t end = at;
        while (end < words.size() && text::isLetterOrDigit(text::decode(words, end).value))
            end += text::decode(words, end).size;
        const std::string_view word = std::string_view(words).substr(at, end - at);
        const bool digits = std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
        if (!digits && !std::ranges::binary_search(joiners_, word)) return false;
        joined = joined || !digits;
        at = end;
    }
    return joined;
}

}  // namespace nextjob::analyse
