#pragma once

#include "analyse/extract/page.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

constexpr std::size_t maxProseWords = 1500;  // of a prose; offers stand at its beginning
constexpr std::uint32_t longestTitle = 10;   // words
constexpr std::uint32_t longestCompany = 6;

// The words of a mail read as sentences, with the topics of each. Refers to the page.
class Prose {
  public:
    explicit Prose(const Page& page)
        : page_(page),
          words_(page.words().first(std::min(page.words().size(), maxProseWords))),
          topics_(words_.size()) {
        for (const auto& hit : page.hits()) {
            for (std::uint32_t i = hit.word; i < hit.word + hit.words && i < topics_.size(); ++i)
                topics_[i] |= 1ULL << static_cast<unsigned>(hit.topic);
        }
    }

    std::size_t size() const { return words_.size(); }
    const Word& word(std::size_t i) const { return words_[i]; }
    bool is(std::size_t i, Topic topic) const {
        return i < topics_.size() && (topics_[i] & (1ULL << static_cast<unsigned>(topic))) != 0;
    }
    std::string_view fold(std::size_t i) const { return page_.fold(words_[i]); }
    // What stands between a word and the next.
    std::string_view gap(std::size_t i) const {
        return i + 1 < words_.size() ? page_.slice({words_[i].span.end, words_[i + 1].span.begin})
                                     : std::string_view("\n\n");
    }
    bool joined(std::size_t i, std::string_view allowed) const {
        // A dash between spaces parts; one within a word joins.
        return i + 1 < words_.size() && gap(i).size() <= 3 && gap(i) != " - "
               && gap(i).find_first_not_of(allowed) == std::string_view::npos;
    }
    bool inSubject(std::size_t i) const { return page_.document().subjectLine.contains(words_[i].span); }
    bool inFrom(std::size_t i) const { return page_.document().fromLine.contains(words_[i].span); }
    Span span(std::size_t first, std::size_t last) const { return {words_[first].span.begin, words_[last].span.end}; }

  private:
    const Page& page_;
    std::span<const Word> words_;
    std::vector<std::uint64_t> topics_;
};

struct Run {
    std::size_t first = 0, last = 0;  // words, inclusive
    double score = 0;
};

// The words of the prose that are most surely the title of an opening; not the writer's own ("I'm a recruiter").
std::optional<Run> findTitle(const Prose& prose);

// The title's span with what belongs to it and is no word: "C" of "C++", "(m/w/d)", "(Python)".
Span wholeTitle(const Page& page, Span title);

}  // namespace nextjob::analyse
