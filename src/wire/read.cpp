#include "wire/read.hpp"

#include "text/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace nextjob::wire {

namespace {

constexpr std::size_t maxDepth = 32;
constexpr std::size_t maxElements = 10'000;

bool isAtomCharacter(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f && std::string_view("()<>[]:;@\\,\"").find(c) == std::string_view::npos;
}

// Labels of letters, digits, hyphens or bytes above ASCII, at least two, none empty nor edged by a hyphen.
bool isDomain(std::string_view domain) {
    std::size_t labels = 0;
    while (true) {
        const std::string_view label = domain.substr(0, domain.find('.'));
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        const bool plain = std::ranges::all_of(label, [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'
                   || static_cast<unsigned char>(c) >= 0x80;
        });
        if (!plain) return false;
        ++labels;
        if (label.size() == domain.size()) return labels >= 2;
        domain.remove_prefix(label.size() + 1);
    }
}

}  // namespace

void report(Problems& problems, const Place& place, std::string msg, std::string type) {
    Problem problem{.loc = {}, .msg = std::move(msg), .type = std::move(type)};
    for (const Place* at = &place; at != nullptr; at = at->parent) {
        if (at->name.empty())
            problem.loc.emplace_back(at->index);
        else
            problem.loc.emplace_back(std::string(at->name));
    }
    std::ranges::reverse(problem.loc);
    problems.push_back(std::move(problem));
}

std::optional<std::string> normalisedEmail(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    const auto sign = text.rfind('@');
    if (text.size() > 254 || sign == std::string_view::npos || sign == 0 || sign > 64) return {};
    const std::string_view local = text.substr(0, sign);
    if (!std::ranges::all_of(local, isAtomCharacter) || local.front() == '.' || local.back() == '.'
        || local.find("..") != std::string_view::npos || !isDomain(text.substr(sign + 1)))
        return {};
    std::string folded(text);
    std::ranges::transform(folded, folded.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return folded;
}

bool isNull(const boost::json::value& value) { return value.is_null(); }

bool isObject(const boost::json::value& value, const Place& place, Problems& problems) {
    if (value.is_object()) return true;
    report(problems, place, "Send a JSON object here.", "model_attributes_type");
    return false;
}

const boost::json::value* member(const boost::json::value& object, std::string_view name) {
    return object.get_object().if_contains(name);
}

std::optional<std::vector<const boost::json::value*>> elements(const boost::json::value& value, const Place& place,
                                                               Problems& problems) {
    if (!value.is_array()) {
        report(problems, place, "Send a JSON array here.", "list_type");
        return {};
    }
    const auto& array = value.get_array();
    if (!fits(value, place, problems, maxElements)) return {};
    std::vector<const boost::json::value*> found;
    found.reserve(array.size());
    for (const auto& element : array) found.push_back(&element);
    return found;
}

bool read(const boost::json::value& value, const Place& place, Problems& problems, std::string& into) {
    const auto* text = value.if_string();
    if (text == nullptr) {
        report(problems, place, "Send a string here.", "string_type");
        return false;
    }
    into.assign(text->data(), text->size());
    if (into.find('\0') == std::string::npos) return true;
    report(problems, place, "The string has a NUL character, which can't be kept.", "value_error");
    return false;
}

bool readText(const boost::json::value& value, const Place& place, Problems& problems, std::size_t min, std::size_t max,
              std::string& into) {
    if (!read(value, place, problems, into)) return false;
    // No count where the bytes alone tell: a code point has one to four.
    if (min * 4 <= into.size() && into.size() <= max) return true;
    const std::size_t length = text::countCodePoints(into);
    if (length < min) {
        report(problems, place, fmt::format("Use at least {} character{}.", min, min == 1 ? "" : "s"),
               "string_too_short");
        return false;
    }
    if (length > max) {
        report(problems, place, fmt::format("Use at most {} characters.", max), "string_too_long");
        return false;
    }
    return true;
}

bool read(const boost::json::value& value, const Place& place, Problems& problems, bool& into) {
    if (const auto* truth = value.if_bool()) {
        into = *truth;
        return true;
    }
    report(problems, place, "Send true or false here.", "bool_type");
    return false;
}

bool read(const boost::json::value& value, const Place& place, Problems& problems, std::int64_t& into) {
    if (const auto* number = value.if_int64()) {
        into = *number;
        return true;
    }
    // "3.0" is a whole number to JSON; 2^53 is where doubles stop telling whole numbers apart.
    if (const auto* number = value.if_double();
        number != nullptr && std::abs(*number) <= 9007199254740992.0 && std::trunc(*number) == *number) {
        into = static_cast<std::int64_t>(*number);
        return true;
    }
    report(problems, place, "Send a whole number here.", "int_type");
    return false;
}

bool readWhole(const boost::json::value& value, const Place& place, Problems& problems, std::int64_t min,
               std::int64_t max, std::int64_t& into) {
    if (!read(value, place, problems, into)) return false;
    if (into < min) report(problems, place, fmt::format("Give a number of at least {}.", min), "greater_than_equal");
    if (into > max) report(problems, place, fmt::format("Give a number of at most {}.", max), "less_than_equal");
    return min <= into && into <= max;
}

bool readName(const boost::json::value& value, const Place& place, Problems& problems,
              std::span<const std::string_view> names, std::string& into) {
    if (!read(value, place, problems, into)) return false;
    if (std::ranges::find(names, into) != names.end()) return true;
    report(problems, place, fmt::format("Give one of {}.", fmt::join(names, ", ")), "literal_error");
    return false;
}

bool fits(const boost::json::value& value, const Place& place, Problems& problems, std::size_t max) {
    if (!value.is_array() || value.get_array().size() <= max) return true;
    report(problems, place, fmt::format("Send at most {} elements.", max), "too_long");
    return false;
}

bool read(const boost::json::value& value, const Place& place, Problems& problems, double& into) {
    if (!value.is_number() || !std::isfinite(value.to_number<double>())) {
        report(problems, place, "Send a number here.", "float_type");
        return false;
    }
    into = value.to_number<double>();
    return true;
}

bool read(const boost::json::value& value, const Place& place, Problems& problems, Email& into) {
    std::string text;
    if (!read(value, place, problems, text)) return false;
    auto address = normalisedEmail(text);
    if (!address) {
        report(problems, place, "This is no e-mail address; it looks like name@example.com.", "value_error");
        return false;
    }
    into.value = std::move(*address);
    return true;
}

bool parse(std::string_view text, Problems& problems, bool (*reader)(const boost::json::value&, Problems&, void*),
           void* into) {
    if (text.empty()) {
        report(problems, Place{nullptr, "body", 0}, "A JSON body is required.", "missing");
        return false;
    }
    boost::json::parse_options options;
    options.max_depth = maxDepth;
    boost::json::error_code error;
    boost::json::monotonic_resource memory(text.size() * 2 + 256);
    const boost::json::value document = boost::json::parse(text, error, &memory, options);
    if (error) {
        report(problems, Place{nullptr, "body", 0}, "The body is not valid JSON: " + error.message() + ".",
               "json_invalid");
        return false;
    }
    return reader(document, problems, into);
}

}  // namespace nextjob::wire
