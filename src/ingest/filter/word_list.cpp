#include "ingest/filter/word_list.hpp"

#include "text/fold.hpp"

#include <algorithm>

namespace nextjob::ingest {

std::string plainWords(std::string_view text) {
    const std::string folded = text::fold(text);
    std::string words;
    words.reserve(folded.size());
    for (std::size_t i = 0; i < folded.size();) {
        const auto letter = text::decode(folded, i);
        if (text::isLetterOrDigit(letter.value))
            words.append(folded, i, letter.size);
        else if (!words.empty() && words.back() != ' ')
            words += ' ';
        i += letter.size;
    }
    if (words.ends_with(' ')) words.pop_back();
    return words;
}

WordList::WordList(std::string_view file) {
    while (!file.empty()) {
        const auto end = file.find('\n');
        const auto line = file.substr(0, end);
        file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
        if (!line.empty() && line.front() != '#') add(line);
    }
}

void WordList::add(std::string_view line) {
    const bool within = line.starts_with('*'), open = line.ends_with('*');
    const std::string words = plainWords(line);
    if (words.empty()) return;
    const std::size_t entry = entries_.size();
    entries_.push_back(words);
    if (within) {
        inside_.emplace_back(words, entry);
        return;
    }
    const auto space = words.find(' ');
    const std::string first = words.substr(0, space);
    std::string rest = space == std::string::npos ? "" : words.substr(space);
    longestFirst_ = std::max(longestFirst_, first.size());
    byFirst_[first].push_back({entry, std::move(rest), open});
}

// The entry that begins at the beginning of `text`, whose first word is `word`.
std::optional<std::size_t> WordList::at(std::string_view text, std::string_view word) const {
    for (std::size_t size = 1; size <= std::min(word.size(), longestFirst_); ++size) {
        const auto found = byFirst_.find(word.substr(0, size));
        if (found == byFirst_.end()) continue;
        for (const Phrase& phrase : found->second) {
            const bool single = phrase.rest.empty();
            if (size < word.size() && !(single && phrase.open)) continue;
            const std::string_view behind = text.substr(size);
            if (!behind.starts_with(phrase.rest)) continue;
            const std::string_view after = behind.substr(phrase.rest.size());
            if (phrase.open || after.empty() || after.front() == ' ') return phrase.entry;
        }
    }
    return std::nullopt;
}

std::vector<std::string_view> WordList::find(std::string_view folded, std::size_t most) const {
    std::vector<std::size_t> found;
    const auto note = [&](std::size_t entry) {
        if (std::ranges::find(found, entry) == found.end()) found.push_back(entry);
    };
    for (const auto& [word, entry] : inside_)
        if (found.size() < most && folded.contains(word)) note(entry);
    for (std::size_t i = 0; i < folded.size() && found.size() < most;) {
        const auto text = folded.substr(i);
        const auto word = text.substr(0, text.find(' '));
        if (const auto entry = at(text, word)) note(*entry);
        i += word.size() + 1;
    }
    std::vector<std::string_view> texts;
    for (const std::size_t entry : found) texts.emplace_back(entries_[entry]);
    return texts;
}

}  // namespace nextjob::ingest
