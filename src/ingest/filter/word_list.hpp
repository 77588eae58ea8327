#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextjob::ingest {

// Words and phrases of a data file, a line each; lines that begin with # are remarks. They are found as whole words,
// whatever case and accents; an asterisk at the end stands for any rest of a word ("recruit*"), one at the beginning
// lets the word stand inside another ("*stellenangebot*"). Immutable; may be used from any thread.
class WordList {
  public:
    explicit WordList(std::string_view file);

    // The entries in the text, each once, in the order in which they stand there, at most `most`. The text is folded
    // (text::fold).
    std::vector<std::string_view> find(std::string_view folded, std::size_t most) const;

    const std::vector<std::string>& entries() const { return entries_; }

  private:
    struct Phrase {
        std::size_t entry;
        std::string rest;  // what follows the first word, with one space between words
        bool open;         // any rest of the last word
    };
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    void add(std::string_view line);
    std::optional<std::size_t> at(std::string_view text, std::string_view word) const;

    std::vector<std::string> entries_;  // as they were written
    std::unordered_map<std::string, std::vector<Phrase>, Hash, std::equal_to<>> byFirst_;
    std::size_t longestFirst_ = 0;
    std::vector<std::pair<std::string, std::size_t>> inside_;  // found anywhere, and their entries
};

// The text as `find` wants it: folded, everything but letters and digits as one space.
std::string plainWords(std::string_view text);

}  // namespace nextjob::ingest
