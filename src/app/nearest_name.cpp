#include "app/nearest_name.hpp"

#include <algorithm>
#include <vector>

namespace nextjob::app {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// How many letters to add, drop, change or swap with their neighbour (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j < last.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        std::swap(beforeLast, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string_view nearestName(std::string_view given, std::span<const std::string_view> names) {
    std::string_view nearest;
    // A third of the letters wrong is another word; short names are near to everything.
    std::size_t least = given.size() < 3 ? 1 : given.size() / 3 + 1;
    for (const auto name : names) {
        if (name.size() > given.size() + least || given.size() > name.size() + least) continue;
        const auto d = distance(given, name);
        if (d < least) {
            least = d;
            nearest = name;
        }
    }
    return nearest;
}

}  // namespace nextjob::app
