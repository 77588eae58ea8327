#pragma once

#include "analyse/extract/page.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace nextjob::analyse {

constexpr std::uint64_t bit(Topic topic) { return 1ULL << static_cast<unsigned>(topic); }
constexpr std::uint64_t placeTopics = bit(Topic::Country) | bit(Topic::Region) | bit(Topic::City) | bit(Topic::Area);

// Which topics each word of a span belongs to.
struct Coverage {
    std::span<const Word> words;
    std::vector<Hit> hits;
    std::vector<std::uint64_t> topics;  // a word's topics, by strong hits
    std::vector<std::uint64_t> weak;    // and by weak ones
    std::uint32_t firstWord = 0;

    Coverage(const Page& page, Span span)
        : words(page.words(span)), hits(page.hits(span)), topics(words.size()), weak(words.size()) {
        if (words.empty()) return;
        firstWord = static_cast<std::uint32_t>(words.data() - page.words().data());
        for (const auto& hit : hits) {
            for (std::uint32_t i = hit.word; i < hit.word + hit.words; ++i)
                (hit.weak ? weak : topics)[i - firstWord] |= bit(hit.topic);
        }
    }

    std::size_t count(std::uint64_t mask) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(topics, [mask](std::uint64_t t) { return (t & mask) != 0; }));
    }
    // Every word belongs to one of the topics or is a number.
    bool all(std::uint64_t mask, bool numbersToo = true) const {
        for (std::size_t i = 0; i < words.size(); ++i) {
            if ((topics[i] & mask) == 0 && !(numbersToo && words[i].number)) return false;
        }
        return !words.empty() && count(mask) > 0;
    }
    // One hit of the topic takes all words.
    bool whole(Topic topic) const {
        return std::ranges::any_of(hits,
                                   [&](const Hit& hit) { return hit.topic == topic && hit.words == words.size(); });
    }
    std::size_t hitCount(Topic topic) const {
        return static_cast<std::size_t>(std::ranges::count(hits, topic, &Hit::topic));
    }
    std::size_t numbers() const {
        return static_cast<std::size_t>(std::ranges::count_if(words, [](const Word& w) { return w.number; }));
    }
};

}  // namespace nextjob::analyse
