#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

// Open addressing with linear probing for the lexicon's two hot tables: one array, no pointer to follow. Filled
// once, then only read. Key and value are plain; `Key{}` must not be used as a key.
template <class Key, class Value, class Hash>
class FlatMap {
  public:
    // The value of the key, set to `value` when it is new; tells whether it was.
    std::pair<Value, bool> insert(Key key, Value value) {
        if ((count_ + 1) * 2 > slots_.size()) grow();
        auto& slot = slots_[placeOf(slots_, key)];
        if (slot.key == key) return {slot.value, false};
        slot = {key, value};
        ++count_;
        return {value, true};
    }

    const Value* find(Key key) const {
        if (slots_.empty()) return nullptr;
        const auto& slot = slots_[placeOf(slots_, key)];
        return slot.key == key ? &slot.value : nullptr;
    }

  private:
    struct Slot {
        Key key{};
        Value value{};
    };

    static std::size_t placeOf(const std::vector<Slot>& slots, Key key) {
        const auto mask = slots.size() - 1;
        auto at = Hash{}(key)&mask;
        while (!(slots[at].key == Key{}) && !(slots[at].key == key)) at = (at + 1) & mask;
        return at;
    }

    void grow() {
        std::vector<Slot> larger(slots_.empty() ? 1024 : slots_.size() * 2);
        for (const auto& slot : slots_) {
            if (!(slot.key == Key{})) larger[placeOf(larger, slot.key)] = slot;
        }
        slots_ = std::move(larger);
    }

    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

struct MixInteger {
    std::size_t operator()(std::uint64_t key) const {
        key *= 0x9E3779B97F4A7C15ULL;
        return static_cast<std::size_t>(key ^ (key >> 32));
    }
};

// A word as 64 bits. Two words that share them would be taken for one; with some 50,000 words of a lexicon that has
// a chance of one in ten thousand million, and the lexicon's own words are checked when it is made.
inline std::uint64_t hashWord(std::string_view word) {
    std::uint64_t hash = 0x2545F4914F6CDD1DULL ^ word.size();
    while (!word.empty()) {
        std::uint64_t part = 0;
        const auto size = word.size() < 8 ? word.size() : 8;
        std::memcpy(&part, word.data(), size);
        hash = (hash ^ part) * 0x9FB21C651E98DF25ULL;
        hash ^= hash >> 29;
        word.remove_prefix(size);
    }
    return hash | 1;  // never zero, which marks an empty slot
}

}  // namespace nextjob::analyse
