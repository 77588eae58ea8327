#include "analyse/skills/context.hpp"

#include "text/fold.hpp"
#include "text/lines.hpp"

#include <algorithm>
#include <stdexcept>

namespace nextjob::analyse {

namespace {

constexpr std::size_t reach = 48;       // bytes in which a cue must stand
constexpr std::size_t longestGap = 40;  // bytes between two members of a list

bool continuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

bool isSeparator(char32_t c) {
    constexpr std::u32string_view separators = U" -()[]:'\n\t\u00A0\u2011\u2013\u2014\u2019";
    return separators.find(c) != std::u32string_view::npos;
}

// Folded, every run of separators as one space, none around.
std::string plainWords(std::string_view text) {
    std::string out;
    const std::string folded = text::fold(text);
    for (std::size_t at = 0; at < folded.size();) {
        const auto [value, size] = text::decode(folded, at);
        if (!isSeparator(value)) {
            out.append(folded, at, size);
        } else if (!out.empty() && out.back() != ' ') {
            out.push_back(' ');
        }
        at += size;
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string_view firstWord(std::string_view words) { return words.substr(0, words.find(' ')); }

std::string_view lastWord(std::string_view words) {
    const auto space = words.rfind(' ');
    return space == std::string_view::npos ? words : words.substr(space + 1);
}

// What stands before `end`, at most `reach` bytes, beginning with a whole character.
std::string_view leftOf(std::string_view text, std::size_t end) {
    std::size_t from = end > reach ? end - reach : 0;
    while (from < end && continuesCharacter(text[from])) ++from;
    return text.substr(from, end - from);
}

// Punctuation may follow a cue: "developer," is "developer".
std::string bareWord(std::string_view word) {
    constexpr std::string_view marks = ".,;!?/|*\"";
    const auto first = word.find_first_not_of(marks);
    if (first == std::string_view::npos) return {};
    return std::string(word.substr(first, word.find_last_not_of(marks) - first + 1));
}

bool endsWord(std::string_view words, std::size_t at) {
    if (at >= words.size()) return true;
    const auto c = static_cast<unsigned char>(words[at]);
    return c < 0x80 && !text::isLetterOrDigit(c);
}

bool beginsWith(std::string_view words, std::string_view cue) {
    return words.starts_with(cue) && endsWord(words, cue.size());
}

bool endsWith(std::string_view words, std::string_view cue) {
    return words.ends_with(cue) && (words.size() == cue.size() || endsWord(words, words.size() - cue.size() - 1));
}

}  // namespace

SkillContext::SkillContext(std::string_view data) {
    text::forEachLine(data, [&](unsigned, std::string_view line) {
        const auto cells = text::split(line, "\t");
        if (cells.size() == 2 && cells[0] == "joiner") {
            for (const auto word : text::split(cells[1], " | ")) joiners_.push_back(text::fold(word));
            return;
        }
        if (cells.size() != 3 || (cells[1] != "before" && cells[1] != "after"))
            throw std::runtime_error("context.tsv: not a rule: " + std::string(line));
        for (const auto group : text::split(cells[0], " ")) {
            auto cues = std::ranges::find(cues_, group, &Cues::group);
            if (cues == cues_.end()) cues = cues_.insert(cues_.end(), Cues{std::string(group), {}, {}});
            for (const auto part : text::split(cells[2], " | ")) {
                const std::string cue = plainWords(part);
                if (cells[1] == "before") {
                    cues->before[bareWord(lastWord(cue))].push_back(cue);
                } else if (cue.ends_with('*')) {
                    cues->afterStems.push_back(cue.substr(0, cue.size() - 1));
                } else {
                    cues->after[bareWord(firstWord(cue))].push_back(cue);
                }
            }
        }
    });
    std::ranges::sort(joiners_);
}

bool SkillContext::saysSkill(std::string_view group, std::string_view text, Span span) const {
    const auto cues = std::ranges::find(cues_, group, &Cues::group);
    if (cues == cues_.end()) return false;
    const std::string before = plainWords(leftOf(text, span.begin));
    const auto behind = cues->before.find(bareWord(lastWord(before)));
    const auto endsBefore = [&](const std::string& cue) { return endsWith(before, cue); };
    if (behind != cues->before.end() && std::ranges::any_of(behind->second, endsBefore)) return true;

    const std::string after = plainWords(text.substr(span.end, reach));
    const auto ahead = cues->after.find(bareWord(firstWord(after)));
    const auto beginsAfter = [&](const std::string& cue) { return beginsWith(after, cue); };
    if (ahead != cues->after.end() && std::ranges::any_of(ahead->second, beginsAfter)) return true;
    return std::ranges::any_of(cues->afterStems, [&](const auto& stem) { return after.starts_with(stem); });
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
            joined = joined || (value != ' ' && value != '-' && value != '(' && value != ')' && value != '\'');
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
