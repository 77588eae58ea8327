#pragma once

#include "analyse/extract/page.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace nextjob::analyse {

constexpr std::uint64_t bit(Topic topic) { return 1ULL << static_cast<unsigned>(topic); }
constexpr std::uint64_t placeTopics = bit(Topic::Country) | bit(Topic::Region) | bit(Topic::City) | bit(Topic::Area);

// Which topics each word of a span belongs to.
class Coverage {
  public:
    Coverage(const Page& page, Span span)
        : words(page.words(span)), hits(page.hits(span)), topics(words.size()), weak(words.size()) {
        firstWord = static_cast<std::uint32_t>(words.data() - page.words().data());
        for (const auto& hit : hits) {
            const auto topic = bit(hit.topic);
            for (std::uint32_t i = hit.word; i < hit.word + hit.words; ++i)
                (hit.weak ? weak : topics)[i - firstWord] |= topic;
            present_ |= topic;
            if (!hit.weak) strong_ |= topic;
            if (hit.words == words.size()) wholes_ |= topic;
        }
        numbers_ = static_cast<std::size_t>(std::ranges::count_if(words, &Word::number));
    }

    // A hit of the topic, weak ones too.
    bool has(Topic topic) const { return (present_ & bit(topic)) != 0; }
    std::size_t count(std::uint64_t mask) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(topics, [mask](std::uint64_t t) { return (t & mask) != 0; }));
    }
    // Every word belongs to one of the topics or is a number, and not all are numbers.
    bool all(std::uint64_t mask, bool numbersToo = true) const {
        if ((strong_ & mask) == 0) return false;
        for (std::size_t i = 0; i < words.size(); ++i) {
            if ((topics[i] & mask) == 0 && !(numbersToo && words[i].number)) return false;
        }
        return true;
    }
    // One hit of the topic takes all words.
    bool whole(Topic topic) const { return (wholes_ & bit(topic)) != 0; }
    std::size_t hitCount(Topic topic) const {
        return has(topic) ? static_cast<std::size_t>(std::ranges::count(hits, topic, &Hit::topic)) : 0;
    }
    std::size_t numbers() const { return numbers_; }

    std::span<const Word> words;
    HitsWithin hits;
    // Of each word, by strong hits and by weak ones; most fields are short.
    boost::container::small_vector<std::uint64_t, 16> topics, weak;
    std::uint32_t firstWord = 0;

  private:
    std::uint64_t present_ = 0, strong_ = 0, wholes_ = 0;
    std::size_t numbers_ = 0;
};

}  // namespace nextjob::analyse
