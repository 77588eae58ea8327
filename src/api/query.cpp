#include "api/query.hpp"

#include "text/timestamp.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace nextjob::api {

namespace {

template <class Number>
std::optional<Number> parseNumber(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

}  // namespace

std::optional<std::int64_t> rowId(std::string_view text) {
    const auto number = parseNumber<std::int64_t>(text);
    return number && *number > 0 ? number : std::nullopt;
}

const std::string* Query::find(std::string_view name) const {
    const std::string* found = nullptr;
    for (const auto& [key, value] : fields_)
        if (key == name) found = &value;
    return found;
}

void Query::report(std::string_view name, std::string msg, std::string type) {
    problems_.push_back({{std::string("query"), std::string(name)}, std::move(msg), std::move(type)});
}

std::int64_t Query::integer(std::string_view name, std::int64_t otherwise, std::int64_t min, std::int64_t max) {
    const std::string* text = find(name);
    if (text == nullptr) return otherwise;
    const auto number = parseNumber<std::int64_t>(*text);
    if (!number)
        report(name, "Give a whole number.", "int_parsing");
    else if (*number < min)
        report(name, fmt::format("Give a number of at least {}.", min), "greater_than_equal");
    else if (*number > max)
        report(name, fmt::format("Give a number of at most {}.", max), "less_than_equal");
    else
        return *number;
    return otherwise;
}

std::optional<double> Query::number(std::string_view name, double min, double max) {
    const std::string* text = find(name);
    if (text == nullptr || text->empty()) return {};
    const auto number = parseNumber<double>(*text);
    if (!number || !std::isfinite(*number))
        report(name, "Give a number.", "float_parsing");
    else if (*number < min)
        report(name, fmt::format("Give a number of at least {}.", min), "greater_than_equal");
    else if (*number > max)
        report(name, fmt::format("Give a number of at most {}.", max), "less_than_equal");
    else
        return number;
    return {};
}

std::optional<bool> Query::flag(std::string_view name) {
    constexpr std::array<std::string_view, 4> yes{"true", "1", "yes", "on"};
    constexpr std::array<std::string_view, 4> no{"false", "0", "no", "off"};
    const std::string* text = find(name);
    if (text == nullptr || text->empty()) return {};
    const auto is = [&](std::string_view word) { return equalIgnoringCase(word, *text); };
    if (std::ranges::any_of(yes, is)) return true;
    if (std::ranges::any_of(no, is)) return false;
    report(name, "Give true or false.", "bool_parsing");
    return {};
}

std::optional<std::string> Query::text(std::string_view name, std::size_t maxBytes) {
    const std::string* text = find(name);
    if (text == nullptr || text->empty()) return {};
    if (text->size() > maxBytes) {
        report(name, fmt::format("Give at most {} characters.", maxBytes), "string_too_long");
        return {};
    }
    return *text;
}

std::optional<std::string_view> Query::oneOf(std::string_view name, std::span<const std::string_view> words) {
    const std::string* text = find(name);
    if (text == nullptr || text->empty()) return {};
    const auto found = std::ranges::find(words, std::string_view(*text));
    if (found != words.end()) return *found;
    report(name, fmt::format("Give one of {}.", fmt::join(words, ", ")), "literal_error");
    return {};
}

std::vector<std::string_view> Query::anyOf(std::string_view name, std::span<const std::string_view> words) {
    const std::string* text = find(name);
    std::vector<std::string_view> chosen;
    std::string_view rest = text == nullptr ? std::string_view() : *text;
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto found = std::ranges::find(words, rest.substr(0, comma));
        if (found == words.end()) {
            report(name, fmt::format("Give one or more of {}, with commas between them.", fmt::join(words, ", ")),
                   "literal_error");
            return {};
        }
        chosen.push_back(*found);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return chosen;
}

std::optional<Timestamp> Query::time(std::string_view name) {
    const std::string* text = find(name);
    if (text == nullptr || text->empty()) return {};
    if (const auto moment = text::parseTimestamp(*text)) return moment;
    report(name, "Give a moment such as 2026-03-02T08:00:00Z, or a day such as 2026-03-02.", "datetime_parsing");
    return {};
}

}  // namespace nextjob::api
