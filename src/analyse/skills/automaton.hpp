#pragma once

#include "analyse/skills/alphabet.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

// Aho–Corasick over symbols, in a double array (two numbers a state on the hot path). Patterns begin where a
// word begins, so failure links keep only suffixes that do, and text inside an unknown word is skipped to its
// end. Immutable; safe to share between threads.
class Automaton {
  public:
    // Patterns as symbols, sorted and distinct, none empty; a pattern's number is its place.
    explicit Automaton(const std::vector<std::string>& patterns);

    // Calls found(pattern, end) for every pattern that begins where a word of the text begins, with the
    // offset one past it; patterns that are parts of longer ones too. Whether a word ends there is the
    // caller's to check.
    template <class Found>
    void scan(const Alphabet& alphabet, std::string_view text, Found&& found) const;

    // The pattern that is exactly these symbols.
    std::optional<std::uint32_t> lookUp(std::string_view symbols) const;

    std::uint32_t length(std::uint32_t pattern) const { return lengths_[pattern]; }  // symbols
    std::size_t memory() const;                                                      // bytes

  private:
    using State = std::uint32_t;
    static constexpr State dead = 0;  // inside a word that begins no pattern
    static constexpr State root = 1;  // where a word may begin
    static constexpr std::uint32_t reports = 1U << 31U;
    static constexpr std::uint32_t none = ~0U;

    struct Slot {
        std::uint32_t base = 0;  // a child's slot is base + symbol; the top bit: here or in a suffix a pattern ends
        std::uint32_t parent = none;
    };

    struct Range;  // patterns that share a prefix
    void build(const std::vector<std::string>& patterns);
    std::uint32_t place(const std::vector<Symbol>& symbols);
    void grow(std::size_t slots);
    void trim();
    void link(State parent, Symbol symbol, State child);

    State child(State state, Symbol symbol) const {
        const State next = (slots_[state].base & ~reports) + symbol;
        return slots_[next].parent == state ? next : dead;
    }
    State step(State state, Symbol symbol) const {
        while (state != dead) {
            if (const State next = child(state, symbol)) return next;
            if (state == root) break;
            state = failure_[state];
        }
        return symbol::isWord(symbol) ? dead : root;
    }

    std::vector<Slot> slots_;
    std::vector<State> failure_;
    std::vector<std::uint32_t> pattern_;  // that ends in the state, or none
    std::vector<State> suffix_;           // nearest state along failures in which a pattern ends, or dead
    std::vector<std::uint8_t> lengths_;
    std::size_t firstFree_ = symbol::count + 2U;  // below it no base would fit every symbol
};

template <class Found>
void Automaton::scan(const Alphabet& alphabet, std::string_view text, Found&& found) const {
    State state = root;
    for (std::size_t at = 0; at < text.size();) {
        const auto [symbol, size] = alphabet.read(text.data(), at, text.size());
        at += size;
        state = step(state, symbol);
        if (state == dead) {
            at = alphabet.wordEnd(text, at);
            continue;
        }
        if ((slots_[state].base & reports) == 0) continue;
        for (State s = pattern_[state] != none ? state : suffix_[state]; s != dead; s = suffix_[s])
            found(pattern_[s], at);
    }
}

}  // namespace nextjob::analyse
