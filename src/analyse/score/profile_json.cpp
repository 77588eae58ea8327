#include "analyse/score/profile_json.hpp"

#include "model/names.hpp"
#include "text/lines.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nextjob::analyse {

namespace {

namespace json = boost::json;

constexpr std::size_t mostBytes = 64U << 10U;
constexpr std::size_t mostEntries = 100;
constexpr std::size_t longestText = 200;

// A value that does not fit; carried to readProfile, which makes it the caller's error.
struct Misfit {
    std::string message;
};

[[noreturn]] void misfit(std::string_view key, std::string_view takes) {
    throw Misfit{fmt::format("{}: give {}.", key, takes)};
}

std::string readText(std::string_view key, const json::value& value) {
    if (!value.is_string()) misfit(key, "texts");
    const auto text = text::trim(std::string_view(value.as_string()));
    if (text.empty() || text.size() > longestText) misfit(key, "texts of 1 to 200 bytes");
    return std::string(text);
}

template <class Read>
auto readList(std::string_view key, const json::value& value, Read read) {
    if (!value.is_array() || value.as_array().size() > mostEntries) misfit(key, "a list of at most 100 entries");
    std::vector<decltype(read(key, value))> out;
    for (const auto& each : value.as_array()) out.push_back(read(key, each));
    return out;
}

template <class Enum>
Enum readEnum(std::string_view key, const json::value& value) {
    const auto parsed = parseName<Enum>(readText(key, value));
    if (!parsed) misfit(key, "only names that the API knows");
    return *parsed;
}

bool allLetters(std::string_view text, char first, char last, std::size_t size) {
    return text.size() == size && std::ranges::all_of(text, [&](char c) { return first <= c && c <= last; });
}

std::string readLanguage(std::string_view key, const json::value& value) {
    auto code = readText(key, value);
    if (!allLetters(code, 'a', 'z', 2)) misfit(key, "two-letter codes in lower case, such as \"en\"");
    return code;
}

SalaryFloor readFloor(std::string_view key, const json::value& value) {
    constexpr std::string_view form = "{\"amount\": 60000, \"currency\": \"EUR\", \"period\": \"year\"}";
    if (!value.is_object()) misfit(key, form);
    SalaryFloor floor;
    for (const auto& [name, part] : value.as_object()) {
        if (name == "amount" && part.is_number()) {
            floor.amount = part.to_number<double>();
        } else if (name == "currency") {
            floor.currency = readText(key, part);
        } else if (name == "period") {
            floor.period = readEnum<SalaryPeriod>(key, part);
        } else {
            misfit(key, form);
        }
    }
    if (!std::isfinite(floor.amount) || floor.amount <= 0) misfit(key, "an amount above 0");
    if (!allLetters(floor.currency, 'A', 'Z', 3)) misfit(key, "a currency such as \"EUR\"");
    return floor;
}

void readKey(Profile& profile, std::string_view key, const json::value& value) {
    if (key == "seniorities") {
        profile.seniorities = readList(key, value, readEnum<Seniority>);
    } else if (key == "places") {
        profile.places = readList(key, value, readText);
    } else if (key == "work_modes") {
        profile.workModes = readList(key, value, readEnum<WorkMode>);
    } else if (key == "salary_floor") {
        profile.salaryFloor = readFloor(key, value);
    } else if (key == "languages") {
        profile.languages = readList(key, value, readLanguage);
    } else if (key == "hidden_companies") {
        profile.hiddenCompanies = readList(key, value, readText);
    } else {
        misfit(key.substr(0, longestText),
               "only seniorities, places, work_modes, salary_floor, languages and hidden_companies");
    }
}

template <class Enum>
json::array names(const std::vector<Enum>& values) {
    json::array out;
    for (const Enum value : values) out.emplace_back(nameOf(value));
    return out;
}

}  // namespace

Result<Profile> readProfile(std::string_view text) {
    if (text.size() > mostBytes)
        return failure(ErrorCode::TooLarge, "The preferences are over 64 KB. Shorten the lists.");
    boost::system::error_code broken;
    const auto root = json::parse(text, broken);
    if (broken || !root.is_object()) return failure(ErrorCode::Invalid, "The preferences are no JSON object.");
    Profile profile;
    try {
        for (const auto& [key, value] : root.as_object())
            if (!value.is_null()) readKey(profile, key, value);
    } catch (Misfit& wrong) {
        return failure(ErrorCode::Invalid, std::move(wrong.message));
    }
    return profile;
}

std::string writeProfile(const Profile& profile) {
    json::object root;
    if (!profile.seniorities.empty()) root["seniorities"] = names(profile.seniorities);
    if (!profile.places.empty()) root["places"] = json::value_from(profile.places);
    if (!profile.workModes.empty()) root["work_modes"] = names(profile.workModes);
    if (profile.salaryFloor)
        root["salary_floor"] = {{"amount", profile.salaryFloor->amount},
                                {"currency", profile.salaryFloor->currency},
                                {"period", nameOf(profile.salaryFloor->period)}};
    if (!profile.languages.empty()) root["languages"] = json::value_from(profile.languages);
    if (!profile.hiddenCompanies.empty()) root["hidden_companies"] = json::value_from(profile.hiddenCompanies);
    return json::serialize(root);
}

}  // namespace nextjob::analyse
