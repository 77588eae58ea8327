#include "app/digest_table.hpp"

#include "app/display_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nextjob::app {

namespace {

constexpr std::size_t scoreColumns = 5;
constexpr std::size_t gap = 2;
constexpr std::size_t leastForTwoCells = 76;

struct Line {
    std::string text;
    const char* style = "";  // the ANSI attribute, such as "1" for bold
    std::string link;        // where the line leads when it is clicked on
};
using Cell = std::vector<Line>;

std::string styled(const Line& line, std::size_t columns, bool colour) {
    auto text = padded(line.text, columns);
    if (!colour) return text;
    auto marked = *line.style == '\0' ? text : fmt::format("\x1b[{}m{}\x1b[0m", line.style, text);
    if (line.link.empty()) return marked;
    return fmt::format("\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", line.link, marked);
}

void addWrapped(Cell& cell, const std::string& text, std::size_t columns, const char* style) {
    for (auto& line : wrapped(text, columns)) cell.push_back({std::move(line), style, {}});
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) {
        if (part.empty()) continue;
        if (!text.empty()) text += " · ";
        text += part;
    }
    return text;
}

// How one works, unless the place says so already: "Berlin (On-site)".
std::string workModeText(const OfferFacts& facts) {
    if (!facts.workMode) return {};
    const std::string text = *facts.workMode == WorkMode::Remote   ? "remote"
                             : *facts.workMode == WorkMode::Hybrid ? "hybrid"
                                                                   : "on site";
    auto place = facts.location;
    for (char& c : place) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == '-') c = ' ';
    }
    return place.find(text) == std::string::npos ? text : std::string{};
}

Line linkLine(const std::string& link, std::size_t columns, bool colour) {
    const auto text = printable(link);
    if (!colour) return {text, "", {}};
    return {fitted(text, columns), "2", text};
}

Cell offerCell(const StoredOffer& offer, std::size_t columns) {
    const auto& facts = offer.facts;
    Cell cell;
    addWrapped(cell, printable(facts.title), columns, "1");
    addWrapped(cell, joined({printable(facts.company), printable(facts.location), workModeText(facts)}), columns, "");
    if (facts.salary) addWrapped(cell, printable(facts.salary->verbatim), columns, "");
    return cell;
}

Line scoreLine(int score) {
    const char* style = score >= 7 ? "1;32" : score >= 4 ? "33" : "2";
    return {fmt::format("{:>{}}", score, scoreColumns - gap), style, {}};
}

// Cells side by side, each as wide as told, as many lines as the longest.
std::string row(const std::vector<std::pair<const Cell*, std::size_t>>& cells, bool colour) {
    std::size_t lines = 0;
    for (const auto& [cell, columns] : cells) lines = std::max(lines, cell->size());
    std::string text;
    for (std::size_t i = 0; i < lines; ++i) {
        std::string line;
        for (const auto& [cell, columns] : cells) {
            line += i < cell->size() ? styled((*cell)[i], columns, colour) : std::string(columns, ' ');
            line += std::string(gap, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string rule(std::size_t columns) {
    std::string line;
    for (std::size_t i = 0; i < columns; ++i) line += "─";
    return line + "\n";
}

}  // namespace

std::string digestTable(const std::vector<StoredOffer>& offers, const TableStyle& style) {
    const bool twoCells = style.columns >= leastForTwoCells;
    const auto room = style.columns - scoreColumns - gap;
    const auto offerColumns = twoCells ? (room - gap) * 11 / 20 : room - gap;
    const auto reasonColumns = twoCells ? room - gap - offerColumns - gap : offerColumns;

    const Cell scoreHead{{"SCORE", "2", {}}}, offerHead{{"OFFER", "2", {}}}, reasonHead{{"WHY", "2", {}}};
    std::string text =
        twoCells
            ? row({{&scoreHead, scoreColumns}, {&offerHead, offerColumns}, {&reasonHead, reasonColumns}}, style.colour)
            : row({{&scoreHead, scoreColumns}, {&offerHead, offerColumns}}, style.colour);
    text += rule(style.columns);
    for (const auto& offer : offers) {
        const Cell score{scoreLine(offer.score.matchScore)};
        auto what = offerCell(offer, offerColumns);
        Cell why;
        addWrapped(why, printable(offer.score.reason), reasonColumns, "");
        if (!twoCells) {
            for (auto& line : why) what.push_back({std::move(line.text), "2", {}});
            why.clear();
        }
        text += row({{&score, scoreColumns}, {&what, offerColumns}, {&why, reasonColumns}}, style.colour);
        if (!offer.facts.applyLink.empty()) {
            const auto indent = scoreColumns + gap;
            const auto line = linkLine(offer.facts.applyLink, style.columns - indent, style.colour);
            text += std::string(indent, ' ') + styled(line, 0, style.colour) + "\n";
        }
        text += "\n";
    }
    if (!offers.empty()) text.pop_back();
    return text + rule(style.columns);
}

}  // namespace nextjob::app
