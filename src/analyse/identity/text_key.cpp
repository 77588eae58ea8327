#include "analyse/identity/text_key.hpp"

#include "model/embedded.hpp"
#include "text/fold.hpp"
#include "text/lines.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nextjob::analyse {

namespace {

namespace json = boost::json;
using Words = std::vector<std::string>;

constexpr std::size_t longestField = 512;  // bytes of each field that count

struct Names {
    std::set<std::string, std::less<>> genders, remote, place;
    std::unordered_map<std::string, Words> titleWords;
    std::vector<Words> legalForms;               // longest first
    std::unordered_set<std::string> legalWords;  // that a form begins or ends with
};

Words wordsOf(std::string_view folded);

const Names& names() {
    static const Names instance = [] {
        Names out;
        const auto root = json::parse(embedded("analyse/identity/data/names.json")).as_object();
        const auto fill = [&](const char* key, auto& set) {
            for (const auto& each : root.at(key).as_array()) set.emplace(each.as_string());
        };
        fill("genders", out.genders);
        fill("remoteWords", out.remote);
        fill("placeWords", out.place);
        for (const auto& [word, meant] : root.at("titleWords").as_object())
            out.titleWords.emplace(word, wordsOf(meant.as_string()));
        for (const auto& form : root.at("legalForms").as_array()) out.legalForms.push_back(wordsOf(form.as_string()));
        std::ranges::stable_sort(out.legalForms, std::ranges::greater{}, &Words::size);
        for (const Words& form : out.legalForms) out.legalWords.insert({form.front(), form.back()});
        return out;
    }();
    return instance;
}

// Words of letters, digits, + and #. Dots and apostrophes vanish ("S.A.S." is "sas"), all else parts words.
Words wordsOf(std::string_view folded) {
    constexpr std::size_t usually = 8;
    Words words;
    words.reserve(usually);
    bool open = false;
    for (std::size_t at = 0; at < folded.size();) {
        const auto [value, size] = text::decode(folded, at);
        if (text::isLetterOrDigit(value) || value == '+' || value == '#') {
            if (!open) words.emplace_back();
            words.back().append(folded, at, size);
            open = true;
        } else if (value != '.' && value != '\'' && value != 0x2019) {
            open = false;
        }
        at += size;
    }
    return words;
}

std::string join(const Words& words) {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

std::string foldField(std::string_view field) {
    std::size_t size = std::min(field.size(), longestField);
    while (size < field.size() && size > 0 && (static_cast<unsigned char>(field[size]) & 0xC0U) == 0x80U) --size;
    return text::fold(text::trim(field.substr(0, size)));
}

bool onlyGenders(std::string_view folded) {
    const Words words = wordsOf(folded);
    return !words.empty()
           && std::ranges::all_of(words, [](const auto& word) { return names().genders.contains(word); });
}

// "(m/w/d)", "[all genders]": brackets that hold nothing else.
std::string withoutGenderBrackets(std::string title) {
    constexpr std::array<std::pair<char, char>, 2> brackets{{{'(', ')'}, {'[', ']'}}};
    for (const auto& [open, close] : brackets) {
        for (auto begin = title.find(open); begin != std::string::npos; begin = title.find(open, begin + 1)) {
            const auto end = title.find(close, begin);
            if (end == std::string::npos) break;
            const auto inside = std::string_view(title).substr(begin + 1, end - begin - 1);
            if (onlyGenders(inside) || inside == "in" || inside == "innen") title.replace(begin, end - begin + 1, " ");
        }
    }
    return title;
}

// "H/F", "m|w|d", "entwickler/in", "entwickler:innen": a run without spaces whose parts are genders or
// endings.
std::string withoutGenderRuns(std::string title) {
    constexpr std::string_view separators = "/|:*_";
    if (title.find_first_of(separators) == std::string::npos) return title;
    std::string out;
    for (const auto run : text::split(title, " ")) {
        if (run.find_first_of("/|") != std::string_view::npos && onlyGenders(run)) continue;
        const auto mark = run.find_last_of(separators);
        const auto ending = mark == std::string_view::npos ? std::string_view{} : run.substr(mark + 1);
        const bool feminine = ending == "in" || ending == "innen";
        out += feminine ? run.substr(0, mark) : run;
        out += ' ';
    }
    return out;
}

std::string titleKey(std::string_view title) {
    Words words;
    for (auto& word : wordsOf(withoutGenderRuns(withoutGenderBrackets(foldField(title))))) {
        const auto meant = names().titleWords.find(word);
        if (meant == names().titleWords.end()) {
            words.push_back(std::move(word));
        } else {
            words.insert(words.end(), meant->second.begin(), meant->second.end());
        }
    }
    return join(words);
}

bool isNumber(std::string_view word) {
    return std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// The city: what stands before the first comma, bracket, slash or " - ", without postcodes and "greater …
// area".
std::string placeKey(std::string_view location) {
    const std::string folded = foldField(location);
    std::size_t end = folded.find_first_of(",(/|;");
    for (const std::string_view dash : {" - ", " – ", " — ", " · ", " • "}) end = std::min(end, folded.find(dash));
    Words words = wordsOf(std::string_view(folded).substr(0, end));
    std::erase_if(words, isNumber);
    if (names().remote.contains(join(words))) return "remote";
    std::erase_if(words, [&](const auto& word) { return names().place.contains(word); });
    return join(words);
}

}  // namespace

// Legal forms off the end and the beginning, as long as something is left.
std::string companyKey(std::string_view company) {
    Words words = wordsOf(foldField(company));
    const auto strip = [&](const Words& form) {
        if (form.size() >= words.size()) return false;
        if (std::ranges::equal(form, std::span(words).last(form.size()))) {
            words.resize(words.size() - form.size());
            return true;
        }
        if (std::ranges::equal(form, std::span(words).first(form.size()))) {
            words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(form.size()));
            return true;
        }
        return false;
    };
    const auto mayStrip = [&] {
        const auto& known = names().legalWords;
        return !words.empty() && (known.contains(words.back()) || known.contains(words.front()));
    };
    while (mayStrip() && std::ranges::any_of(names().legalForms, strip)) {
    }
    return join(words);
}

std::string textKey(std::string_view title, std::string_view company, std::string_view location) {
    const std::string titlePart = titleKey(title);
    const std::string companyPart = companyKey(company);
    if (titlePart.empty() || companyPart.empty()) return {};
    return titlePart + '|' + companyPart + '|' + placeKey(location);
}

}  // namespace nextjob::analyse
