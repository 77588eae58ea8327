#include "analyse/score/scorer.hpp"

#include "analyse/identity/text_key.hpp"
#include "analyse/score/reason.hpp"
#include "analyse/score/role_book.hpp"
#include "analyse/score/wishes.hpp"
#include "analyse/skills/skill_finder.hpp"
#include "text/fold.hpp"
#include "text/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace nextjob::analyse {

namespace {

constexpr double neutral = 0.5;
constexpr std::size_t mostSkills = 500;          // of a user or an offer that are looked at
constexpr std::size_t longestSearched = 20'000;  // bytes of a description searched for a user's own words
constexpr double titleSkillWeight = 2;           // a skill in the title counts as two
constexpr double doubtOfFew = 2;                 // skills named by an offer carry n / (n + 2) of the criterion

// How near a title is to one skill of the user, in tenths.
constexpr int namedByTitle = 20, usedByRole = 10, ofItsField = 5, mostOfItsField = 15;

bool holdsWords(std::string_view text, std::string_view words) {
    const auto isWord = [&](std::size_t at) {
        return at < text.size()
               && ((text[at] & 0x80) != 0 || text::isLetterOrDigit(static_cast<unsigned char>(text[at])));
    };
    for (auto at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1))
        if ((at == 0 || !isWord(at - 1)) && !isWord(at + words.size())) return true;
    return false;
}

}  // namespace

struct Scorer::Parts {
    // The user's skills: those that the taxonomy knows, and the user's own words.
    struct Had {
        std::vector<const Skill*> listed;      // distinct
        std::unordered_set<const Skill*> all;  // and what they imply
        std::vector<std::string> own;
    };

    const SkillFinder& finder;
    RoleBook roles;

    explicit Parts(const SkillFinder& skills) : finder(skills), roles(skills) {}
    Had hadBy(const Profile& profile) const;
    Criterion judgeSkills(const OfferFacts& offer, const Had& had, Score& score) const;
    Criterion judgeRole(const OfferFacts& offer, const Had& had) const;
    Criterion judgeLanguage(const OfferFacts& offer, const Profile& profile, const Had& had) const;
};

Scorer::Parts::Had Scorer::Parts::hadBy(const Profile& profile) const {
    Had had;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < std::min(profile.skills.size(), mostSkills); ++i) {
        const auto name = text::trim(profile.skills[i]);
        const Skill* skill = finder.byName(name);
        if (name.empty() || !seen.insert(skill != nullptr ? std::string(skill->name) : text::fold(name)).second)
            continue;
        if (skill != nullptr) {
            had.listed.push_back(skill);
        } else {
            had.own.emplace_back(name);
        }
    }
    had.all = roles.withImplied(had.listed);
    return had;
}

// The skills that title and mail name. The name of a whole field (Software development) counts only when the
// user lists it: who lists its tools lacks nothing.
Criterion Scorer::Parts::judgeSkills(const OfferFacts& offer, const Had& had, Score& score) const {
    Criterion result{.kind = CriterionKind::Skills, .wished = true};
    std::set<std::string_view> seen;
    double asked = 0;
    double met = 0;
    const auto count = [&](std::string_view name, double weight, bool has, std::string_view field) {
        if (!seen.insert(name).second) return;
        asked += weight;
        met += has ? weight : 0;
        (has ? score.matchedSkills : score.missingSkills).emplace_back(name);
        if (std::ranges::find(result.evidence, field) == result.evidence.end()) result.evidence.emplace_back(field);
    };
    const auto weigh = [&](const Skill& skill, double weight, std::string_view field) {
        if (skill.category == "language") return;
        const bool listed = std::ranges::find(had.listed, &skill) != had.listed.end();
        if (roles.isDiscipline(skill) && !listed) return;
        count(skill.name, weight, had.all.contains(&skill), field);
    };
    for (const auto& mention : finder.find(offer.title)) weigh(*mention.skill, titleSkillWeight, "title");
    for (std::size_t i = 0; i < std::min(offer.skills.size(), mostSkills); ++i)
        if (const Skill* skill = finder.byName(offer.skills[i])) weigh(*skill, 1, "skills");
    if (!had.own.empty()) {
        const std::string title = text::fold(offer.title.substr(0, longestSearched));
        const std::string description = text::fold(offer.description.substr(0, longestSearched));
        for (const auto& own : had.own) {
            const std::string words = text::fold(own);
            if (holdsWords(title, words)) {
                count(own, titleSkillWeight, true, "title");
            } else if (holdsWords(description, words)) {
                count(own, 1, true, "description");
            }
        }
    }
    if (asked == 0 || (had.listed.empty() && had.own.empty())) return result;
    const double share = met / asked;
    result.value = share * (1.6 - 0.6 * share);  // the first matches tell more than the last: adverts ask for much
    result.certainty = asked / (asked + doubtOfFew);
    result.note = fmt::format("{} of {} skills", score.matchedSkills.size(), seen.size());
    return result;
}

Criterion Scorer::Parts::judgeRole(const OfferFacts& offer, const Had& had) const {
    Criterion result{.kind = CriterionKind::Role, .wished = true};
    const auto work = roles.workOf(offer.title);
    if (work.empty() || had.listed.empty()) return result;
    int tenths = 0;
    int field = 0;
    for (const Skill* skill : had.listed) {
        if (work.named.contains(skill)) {
            tenths += namedByTitle;
        } else if (work.skills.contains(skill)) {
            tenths += usedByRole;
        } else if (work.categories.contains(skill->category)) {
            field += ofItsField;
        }
    }
    tenths += std::min(field, mostOfItsField);
    result.value = tenths == 0 ? 0.05 : std::min(1.0, (14 + tenths) / 40.0);
    result.certainty = 1;
    result.evidence = {"title"};
    result.note = tenths == 0 ? "The title is far from your skills" : "The title is near your skills";
    return result;
}

// The mail's own language and those that it asks for. Languages among the skills count as known too, but
// alone they are no list of all that the user knows.
Criterion Scorer::Parts::judgeLanguage(const OfferFacts& offer, const Profile& profile, const Had& had) const {
    Criterion result{.kind = CriterionKind::Language, .wished = !profile.languages.empty()};
    if (!result.wished) return result;
    std::set<std::string_view> known(profile.languages.begin(), profile.languages.end());
    for (const Skill* skill : had.listed) known.insert(roles.languageCode(*skill));
    std::set<std::string_view> needed;
    if (!offer.language.empty()) {
        needed.insert(offer.language);
        result.evidence.emplace_back("language");
    }
    for (const auto& name : offer.skills) {
        const Skill* skill = finder.byName(name);
        if (skill == nullptr || roles.languageCode(*skill).empty()) continue;
        needed.insert(roles.languageCode(*skill));
        result.evidence.emplace_back("skills");
    }
    if (needed.empty()) return result;
    std::vector<std::string> lacking;
    for (const auto code : needed) {
        if (known.contains(code)) continue;
        const auto name = roles.languageName(code);
        lacking.emplace_back(name.empty() ? code : name);
    }
    result.value = 1 - static_cast<double>(lacking.size()) / static_cast<double>(needed.size());
    result.certainty = 1;
    result.note = lacking.empty() ? "In languages that you know"
                                  : fmt::format("Needs {}, not among your languages", listOf(lacking));
    return result;
}

Scorer::Scorer(const SkillFinder& finder) : parts_(std::make_unique<const Parts>(finder)) {}
Scorer::~Scorer() = default;

Score Scorer::score(const OfferFacts& offer, const Profile& profile) const {
    Score score;
    score.judgedFor = profile.version;
    const auto had = parts_->hadBy(profile);
    score.criteria = {parts_->judgeSkills(offer, had, score),
                      parts_->judgeRole(offer, had),
                      judgeSeniority(offer, profile),
                      judgePlace(offer, profile),
                      judgeSalary(offer, profile),
                      parts_->judgeLanguage(offer, profile, had)};
    double wished = 0;
    double known = 0;
    double sum = 0;
    for (std::size_t i = 0; i < score.criteria.size(); ++i) {
        const Criterion& criterion = score.criteria[i];
        if (!criterion.wished) continue;
        const double weight = criterionWeights[i].weight;
        wished += weight;
        if (!criterion.value) continue;
        known += weight * criterion.certainty;
        sum += weight * criterion.certainty * (*criterion.value - neutral);
    }
    score.confidence = std::round(known / wished * 100) / 100;
    score.exact = std::round((neutral + sum / wished) * 1000) / 100;
    const std::string company = companyKey(offer.company);
    score.hidden = !company.empty() && std::ranges::any_of(profile.hiddenCompanies, [&](std::string_view hidden) {
        return companyKey(hidden) == company;
    });
    if (score.hidden) score.exact = 0;
    score.match = static_cast<int>(std::lround(score.exact));
    score.reason = explain(score, offer, !had.listed.empty() || !had.own.empty());
    return score;
}

}  // namespace nextjob::analyse
