#include "analyse/skills/automaton.hpp"

#include <algorithm>

namespace nextjob::analyse {

struct Automaton::Range {
    State state;
    std::size_t first, last;  // patterns
    std::size_t depth;        // symbols already read
};

Automaton::Automaton(const std::vector<std::string>& patterns) {
    grow(1U << 14U);
    slots_[dead].parent = slots_[root].parent = dead;
    for (const auto& pattern : patterns) lengths_.push_back(static_cast<std::uint8_t>(pattern.size()));
    build(patterns);
    trim();
}

// Breadth first, so that a state's failure is known before its children's.
void Automaton::build(const std::vector<std::string>& patterns) {
    std::vector<Range> level{{root, 0, patterns.size(), 0}};
    std::vector<Symbol> symbols;      // of one state's children
    std::vector<std::size_t> starts;  // where each child's patterns begin, and where the last one's end
    for (std::size_t i = 0; i < level.size(); ++i) {
        auto [state, first, last, depth] = level[i];
        if (first < last && patterns[first].size() == depth) {
            pattern_[state] = static_cast<std::uint32_t>(first);
            slots_[state].base |= reports;
            ++first;
        }
        if (first == last) continue;
        symbols.clear();
        starts.clear();
        for (std::size_t p = first; p < last; ++p) {
            const auto symbol = static_cast<Symbol>(patterns[p][depth]);
            if (!symbols.empty() && symbols.back() == symbol) continue;
            symbols.push_back(symbol);
            starts.push_back(p);
        }
        starts.push_back(last);
        const std::uint32_t base = place(symbols);
        slots_[state].base |= base;
        for (const Symbol symbol : symbols) slots_[base + symbol].parent = state;
        for (std::size_t s = 0; s < symbols.size(); ++s) {
            link(state, symbols[s], base + symbols[s]);
            level.push_back({base + symbols[s], starts[s], starts[s + 1], depth + 1});
        }
    }
}

void Automaton::link(State parent, Symbol symbol, State child) {
    const State failure = parent == root ? (symbol::isWord(symbol) ? dead : root) : step(failure_[parent], symbol);
    failure_[child] = failure;
    suffix_[child] = pattern_[failure] != none ? failure : suffix_[failure];
    if (suffix_[child] != dead) slots_[child].base |= reports;
}

// The first base at which all the symbols fall on free slots.
std::uint32_t Automaton::place(const std::vector<Symbol>& symbols) {
    while (slots_[firstFree_].parent != none) {
        ++firstFree_;
        grow(firstFree_ + 1);
    }
    for (std::size_t slot = firstFree_;; ++slot) {
        grow(slot + symbol::count + 1);
        const std::size_t base = slot - symbols.front();
        const auto isFree = [&](Symbol symbol) { return slots_[base + symbol].parent == none; };
        if (std::ranges::all_of(symbols, isFree)) return static_cast<std::uint32_t>(base);
    }
}

// Every state may read symbol::count slots past its base, so the arrays always reach that far.
void Automaton::grow(std::size_t slots) {
    if (slots + symbol::count < slots_.size()) return;
    const std::size_t size = std::max(slots + std::size_t{2} * symbol::count, slots_.size() * 3 / 2);
    slots_.resize(size);
    failure_.resize(size, dead);
    pattern_.resize(size, none);
    suffix_.resize(size, dead);
}

void Automaton::trim() {
    std::size_t used = slots_.size();
    while (slots_[used - 1].parent == none) --used;
    const std::size_t size = used + symbol::count;
    const auto cut = [size](auto& values) {
        values.resize(size);
        values.shrink_to_fit();
    };
    cut(slots_);
    cut(failure_);
    cut(pattern_);
    cut(suffix_);
}

std::optional<std::uint32_t> Automaton::lookUp(std::string_view symbols) const {
    State state = root;
    for (const char symbol : symbols) {
        state = child(state, static_cast<Symbol>(symbol));
        if (state == dead) return std::nullopt;
    }
    return pattern_[state] == none ? std::nullopt : std::optional(pattern_[state]);
}

std::size_t Automaton::memory() const {
    return slots_.capacity() * sizeof(Slot) + (failure_.capacity() + pattern_.capacity() + suffix_.capacity()) * 4
           + lengths_.capacity();
}

}  // namespace nextjob::analyse
