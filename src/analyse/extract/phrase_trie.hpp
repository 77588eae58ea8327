#pragma once

#include "analyse/extract/flat_map.hpp"
#include "analyse/extract/lexicon.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextjob::analyse {

constexpr std::size_t shortestStem = 3;  // bytes of the open-ended part of "word~"

// A phrase of the lexicon's data cut at its spaces; "#" and "…" are pieces of their own.
std::vector<std::string> phrasePieces(std::string_view phrase);

// Words, or the parts of words that stems are, to ids.
class WordTable {
  public:
    // The id of the word; `next` becomes it when the word is new.
    std::uint32_t add(std::string_view word, std::uint32_t& next);
    const std::uint32_t* find(std::uint64_t hash) const { return ids_.find(hash); }
    // Forgets what only adding needs.
    void seal() { words_ = {}; }

  private:
    FlatMap<std::uint64_t, std::uint32_t, MixInteger> ids_;
    std::unordered_map<std::uint32_t, std::string> words_;
};

// How long the stems are that begin (or end) with three bytes, so that few words are looked up at all.
class StemLengths {
  public:
    void add(std::string_view three, std::size_t size) { lengths_[slot(three)] |= bitOf(size); }

    // Calls take(size) for each length that such a stem within a word of this size may have, shortest first.
    template <class Take>
    void each(std::string_view three, std::size_t wordSize, Take take) const {
        for (auto left = lengths_[slot(three)]; left != 0; left &= left - 1) {
            const auto size = static_cast<std::size_t>(std::countr_zero(left));
            if (size > wordSize) return;
            take(size);
        }
    }

    static constexpr std::size_t longest = 63;  // bytes of a stem

  private:
    static std::uint64_t bitOf(std::size_t size) { return std::uint64_t{1} << size; }
    static std::size_t slot(std::string_view three) {
        const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(three[i])); };
        return (byte(0) * 31 * 31 + byte(1) * 31 + byte(2)) % 4096;
    }
    std::array<std::uint64_t, 4096> lengths_{};
};

// Phrases as paths over words, found by one walk from each word of a text. Filled, sealed, then only read.
class PhraseTrie {
  public:
    struct Meaning {
        Topic topic{};
        std::uint8_t value = 0;
        std::uint8_t language = noLanguage;
        bool weak = false;
    };

    // Of "#", "…", "word~" and "~word" see Lexicon. A phrase of nothing but marks is left out. Throws std::logic_error
    // when a word can't be told from another.
    void add(std::string_view phrase, Meaning meaning);
    // Packs the paths; nothing is added after it.
    void seal();

    // Every phrase found, ordered by first word, longer before shorter.
    std::vector<Hit> scan(const Words& words) const;

  private:
    static constexpr std::uint32_t none = 0xFFFFFFFF;
    static constexpr std::uint32_t root = 0;
    static constexpr std::uint32_t numberId = 0;  // of "#"

    // A phrase's place while phrases are added.
    struct Growing {
        std::uint32_t gap = none;  // where "…" leads
        std::vector<Meaning> meanings;
    };
    struct GrowingEdge {
        std::uint32_t from, id, to;
    };
    // The same, packed: what it has begins here and ends where the next state's begins.
    struct State {
        std::uint32_t edge = 0, meaning = 0, gap = none;
    };
    struct Edge {
        std::uint32_t id, to;
    };
    // The ids by which phrases may know one word.
    struct WordIds {
        std::array<std::uint32_t, 6> ids{};
        std::uint32_t count = 0;
        void add(std::uint32_t id) {
            if (count < ids.size()) ids[count++] = id;
        }
        std::span<const std::uint32_t> all() const { return {ids.data(), count}; }
    };
    class Walk;

    std::uint32_t step(std::uint32_t node, std::uint32_t id);
    std::uint32_t stepGap(std::uint32_t node);
    std::uint32_t stepWord(std::uint32_t node, std::string_view piece);
    WordIds idsOf(std::string_view folded, std::uint64_t hash, bool number) const;
    std::uint32_t child(std::uint32_t state, std::uint32_t id) const;

    WordTable exact_, beginnings_, endings_;
    StemLengths beginningLengths_, endingLengths_;
    std::uint32_t nextId_ = numberId + 1;

    std::vector<Growing> growing_ = std::vector<Growing>(1);
    std::vector<GrowingEdge> growingEdges_;
    FlatMap<std::uint64_t, std::uint32_t, MixInteger> known_;  // node and id to the next node

    std::vector<State> states_;  // and one past the last
    std::vector<Edge> edges_;    // of one state together, by id
    std::vector<Meaning> meanings_;
    std::vector<std::uint32_t> fromRoot_;  // by id: most words begin no phrase, and most phrases are one word
};

}  // namespace nextjob::analyse
