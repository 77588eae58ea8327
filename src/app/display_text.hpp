#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::app {

// Text as a terminal shows it. Everything here takes UTF-8; broken bytes count as U+FFFD.

// What a stranger's text becomes before a terminal sees it: control characters, escape sequences' beginnings and
// bidi controls are gone, white space is folded, broken UTF-8 is U+FFFD.
std::string printable(std::string_view text);

// Columns that the text takes: two for wide characters (CJK, emoji), none for combining ones.
std::size_t displayWidth(std::string_view text);

// The text cut to at most `columns`, with "…" as its last character when something is lost.
std::string fitted(std::string_view text, std::size_t columns);

// The text followed by spaces up to `columns`; not cut.
std::string padded(std::string_view text, std::size_t columns);

// Lines of at most `columns`, broken between words, or inside a word that is wider than a line.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace nextjob::app
