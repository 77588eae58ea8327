#include "analyse/score/reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace nextjob::analyse {

namespace {

constexpr std::size_t mostWishes = 2;  // sentences besides the one on skills
constexpr double littleKnown = 0.5;    // confidence below which the reason says so
constexpr double nearTitle = 0.6, farTitle = 0.3;

const Criterion& criterion(const Score& score, CriterionKind kind) {
    return *std::ranges::find(score.criteria, kind, &Criterion::kind);
}

std::string owned(const std::vector<std::string>& matched) {
    if (matched.size() > 3) return listOf(matched) + " of your skills";
    constexpr std::string_view endings[] = {"", ", which you have", ", both yours", ", all yours"};
    return listOf(matched) + std::string(endings[matched.size()]);
}

std::string byTitle(const Score& score) {
    const auto role = criterion(score, CriterionKind::Role).value;
    if (!role) return "Names no skills";
    if (*role >= nearTitle) return "Names no skills, but the title is close to your field";
    return *role >= farTitle ? "Names no skills; the title is partly in your field"
                             : "Names no skills, and the title is far from your field";
}

std::string onSkills(const Score& score, bool userHasSkills) {
    const auto& matched = score.matchedSkills;
    const auto& missing = score.missingSkills;
    if (!userHasSkills) return "Add your skills to see how well this fits";
    if (matched.empty() && missing.empty()) return byTitle(score);
    if (missing.empty()) return "Asks for " + owned(matched);
    const std::string_view verb = missing.size() == 1 ? "is" : "are";
    if (matched.empty()) return fmt::format("Asks for {}, which {} new to you", listOf(missing), verb);
    return fmt::format("Asks for {}; {} {} new to you", owned(matched), listOf(missing), verb);
}

// What is said of the other wishes, the weightiest first. Levels and languages are worth a word only when
// they don't fit.
std::vector<std::string> onWishes(const Score& score) {
    std::vector<std::string> sentences;
    const auto& place = criterion(score, CriterionKind::Place);
    const auto& salary = criterion(score, CriterionKind::Salary);
    if (place.wished && place.value) sentences.push_back(place.note);
    for (const auto kind : {CriterionKind::Seniority, CriterionKind::Language}) {
        const auto& wish = criterion(score, kind);
        if (wish.wished && wish.value && *wish.value < 1) sentences.push_back(wish.note);
    }
    if (salary.wished) sentences.push_back(salary.value ? salary.note : "No comparable salary stated");
    if (place.wished && !place.value) sentences.emplace_back("No place stated");
    sentences.resize(std::min(sentences.size(), mostWishes));
    return sentences;
}

}  // namespace

std::string listOf(std::span<const std::string> names, std::size_t most) {
    if (names.empty()) return {};
    std::string out = names[0];
    const std::size_t shown = std::min(names.size(), most);
    for (std::size_t i = 1; i < shown; ++i) out += (i + 1 == names.size() ? " and " : ", ") + names[i];
    if (names.size() > shown) out += fmt::format(" and {} more", names.size() - shown);
    return out;
}

std::string explain(const Score& score, const OfferFacts& offer, bool userHasSkills) {
    if (score.hidden) return fmt::format("You have hidden {}.", offer.company);
    std::string reason = onSkills(score, userHasSkills) + '.';
    for (const auto& sentence : onWishes(score)) reason += ' ' + sentence + '.';
    const bool bare = offer.skills.empty() && offer.description.empty();
    if (score.confidence < littleKnown && bare && userHasSkills) reason += " Judged on little more than the title.";
    return reason;
}

}  // namespace nextjob::analyse
