#include "store/facts_json.hpp"

#include "model/names.hpp"
#include "text/timestamp.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace nextjob::store {

namespace json = boost::json;

namespace {

void put(json::object& object, std::string_view name, const std::string& value) {
    if (!value.empty()) object[name] = value;
}

template <class Enum>
void put(json::object& object, std::string_view name, const std::optional<Enum>& value) {
    if (value) object[name] = nameOf(*value);
}

void put(json::object& object, std::string_view name, const std::optional<double>& value) {
    if (value) object[name] = *value;
}

std::string textAt(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

template <class Enum>
std::optional<Enum> nameAt(const json::object& object, std::string_view name) {
    return parseName<Enum>(textAt(object, name));
}

std::optional<double> numberAt(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

json::array arrayOf(const std::vector<std::string>& names) {
    json::array array;
    for (const std::string& name : names) array.emplace_back(name);
    return array;
}

std::vector<std::string> namesIn(const json::value& value) {
    std::vector<std::string> names;
    if (!value.is_array()) return names;
    for (const json::value& name : value.get_array()) {
        if (name.is_string()) names.emplace_back(name.get_string());
    }
    return names;
}

// Mail may hold broken UTF-8; it must come back as it went in.
json::value parse(std::string_view text) {
    json::parse_options lenient;
    lenient.allow_invalid_utf8 = true;
    boost::system::error_code failed;
    json::value value = json::parse(text, failed, {}, lenient);
    return failed ? json::value() : value;
}

json::object salaryToJson(const Salary& salary) {
    json::object object;
    put(object, "text", salary.verbatim);
    put(object, "min", salary.minimum);
    put(object, "max", salary.maximum);
    put(object, "currency", salary.currency);
    put(object, "period", salary.period);
    return object;
}

Salary salaryFromJson(const json::object& object) {
    return {.verbatim = textAt(object, "text"),
            .minimum = numberAt(object, "min"),
            .maximum = numberAt(object, "max"),
            .currency = textAt(object, "currency"),
            .period = nameAt<SalaryPeriod>(object, "period")};
}

}  // namespace

std::string dateText(std::chrono::year_month_day date) { return text::date(date); }

std::optional<std::chrono::year_month_day> dateFromText(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [text](std::size_t begin, std::size_t size) {
        unsigned value = 0;
        const char* end = text.data() + begin + size;
        return std::from_chars(text.data() + begin, end, value).ptr == end ? value : 0U;
    };
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(number(0, 4))),
                                           std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2)));
    return date.ok() ? std::optional(date) : std::nullopt;
}

std::string factsToJson(const OfferFacts& facts) {
    json::object object;
    put(object, "title", facts.title);
    put(object, "company", facts.company);
    put(object, "location", facts.location);
    put(object, "description", facts.description);
    put(object, "apply_link", facts.applyLink);
    if (facts.salary) object["salary"] = salaryToJson(*facts.salary);
    put(object, "work_mode", facts.workMode);
    put(object, "employment_type", facts.employmentType);
    put(object, "seniority", facts.seniority);
    if (facts.posted) object["posted"] = dateText(*facts.posted);
    put(object, "language", facts.language);
    if (!facts.skills.empty()) object["skills"] = arrayOf(facts.skills);
    return json::serialize(object);
}

OfferFacts factsFromJson(std::string_view text) {
    const json::value value = parse(text);
    if (!value.is_object()) return {};
    const json::object& object = value.get_object();
    OfferFacts facts{.title = textAt(object, "title"),
                     .company = textAt(object, "company"),
                     .location = textAt(object, "location"),
                     .description = textAt(object, "description"),
                     .applyLink = textAt(object, "apply_link"),
                     .salary = std::nullopt,
                     .workMode = nameAt<WorkMode>(object, "work_mode"),
                     .employmentType = nameAt<EmploymentType>(object, "employment_type"),
                     .seniority = nameAt<Seniority>(object, "seniority"),
                     .posted = dateFromText(textAt(object, "posted")),
                     .language = textAt(object, "language"),
                     .skills = {}};
    if (const json::value* salary = object.if_contains("salary"); salary != nullptr && salary->is_object()) {
        facts.salary = salaryFromJson(salary->get_object());
    }
    if (const json::value* skills = object.if_contains("skills")) facts.skills = namesIn(*skills);
    return facts;
}

// Without the cost of a document, unless a name needs an escape.
std::string namesToJson(const std::vector<std::string>& names) {
    constexpr auto needsEscape = [](char letter) {
        return static_cast<unsigned char>(letter) < ' ' || letter == '"' || letter == '\\';
    };
    std::string text = "[";
    for (const std::string& name : names) {
        if (std::ranges::any_of(name, needsEscape)) return json::serialize(arrayOf(names));
        if (text.size() > 1) text += ',';
        text.append(1, '"').append(name).append(1, '"');
    }
    text += ']';
    return text;
}

std::vector<std::string> namesFromJson(std::string_view text) {
    // As namesToJson writes them, unless a name needs an escape: without the cost of a document, for lists of offers.
    std::vector<std::string> names;
    std::string_view rest = text;
    if (!rest.starts_with('[') || !rest.ends_with(']') || rest.contains('\\')) return namesIn(parse(text));
    rest = rest.substr(1, rest.size() - 2);
    while (!rest.empty()) {
        const auto end = rest.find('"', 1);
        if (rest.front() != '"' || end == std::string_view::npos) return namesIn(parse(text));
        names.emplace_back(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
        if (rest.empty()) return names;
        if (!rest.starts_with(",\"")) return namesIn(parse(text));
        rest.remove_prefix(1);
    }
    return names;
}

}  // namespace nextjob::store
