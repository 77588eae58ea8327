#include "analyse/score/scorer.hpp"

#include "analyse/score/reason.hpp"
#include "analyse/score/wishes.hpp"
#include "analyse/skills/skill_finder.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

namespace nextjob::analyse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const SkillFinder& finder() {
    static const SkillFinder instance;
    return instance;
}

Score judge(const OfferFacts& offer, const Profile& profile) {
    static const Scorer scorer(finder());
    return scorer.score(offer, profile);
}

OfferFacts titled(std::string title) { return {.title = std::move(title), .company = "Acme"}; }

const Profile analyst{.skills = {"SQL", "Python", "Tableau"}};

TEST(Scorer, aTitleThatNamesTheSkillScoresWell) {
    EXPECT_GE(judge(titled("Senior Python Engineer"), {.skills = {"Python"}}).match, 7);
    EXPECT_GE(judge(titled("Développeur React (H/F)"), {.skills = {"React", "TypeScript"}}).match, 7);
    EXPECT_LE(judge(titled("Java Engineer"), {.skills = {"Tableau"}}).match, 4);
}

TEST(Scorer, titlesWithoutSkillsAreToldApartByTheirField) {
    const auto near = judge(titled("Data Analyst"), analyst);
    const auto middle = judge(titled("Backend Developer"), analyst);
    const auto far = judge(titled("Pharmacy Technician"), analyst);
    EXPECT_GT(near.exact, middle.exact);
    EXPECT_GT(middle.exact, far.exact);
    EXPECT_GE(near.match, 6);
    EXPECT_LE(far.match, 4);
}

TEST(Scorer, readsTitlesInSevenLanguages) {
    const Profile nurse{.skills = {"Nursing", "Patient care"}};
    for (const auto* title :
         {"Registered Nurse", "Infirmier diplômé d'État (H/F)", "Gesundheits- und Krankenpfleger (m/w/d)", "Enfermera",
          "Pielęgniarka", "Медсестра", "Медична сестра"}) {
        EXPECT_GE(judge(titled(title), nurse).match, 7) << title;
        EXPECT_LE(judge(titled(title), analyst).match, 4) << title;
    }
}

TEST(Scorer, aTitleOnlyOfferSaysThatItWasJudgedOnLittle) {
    const auto score = judge(titled("Data Analyst"), analyst);
    EXPECT_LT(score.confidence, 0.5);
    EXPECT_THAT(score.reason, HasSubstr("little more than the title"));
    auto full = titled("Data Analyst");
    full.skills = {"SQL", "Python", "Tableau", "Microsoft Excel"};
    EXPECT_GT(judge(full, analyst).confidence, score.confidence);
    EXPECT_THAT(judge(full, analyst).reason, Not(HasSubstr("little more")));
}

TEST(Scorer, namesWhatFitsAndWhatIsNew) {
    auto offer = titled("Backend Developer");
    offer.skills = {"Python", "SQL", "Kafka"};
    const auto score = judge(offer, {.skills = {"Python", "SQL"}});
    EXPECT_THAT(score.reason, StartsWith("Asks for Python and SQL, both yours; Kafka is new to you."));
    EXPECT_THAT(score.matchedSkills, ElementsAre("Python", "SQL"));
    EXPECT_THAT(score.missingSkills, ElementsAre("Kafka"));
    EXPECT_EQ(toOfferScore(score).technologiesMatched, "Python, SQL");
}

TEST(Scorer, reasonsReadWellInEveryNumber) {
    const auto reason = [](std::vector<std::string> asked, std::vector<std::string> had) {
        auto offer = titled("Engineer");
        offer.skills = std::move(asked);
        return judge(offer, {.skills = std::move(had)}).reason;
    };
    EXPECT_EQ(reason({"Python"}, {"Python"}), "Asks for Python, which you have.");
    EXPECT_EQ(reason({"Kafka"}, {"Python"}), "Asks for Kafka, which is new to you.");
    EXPECT_EQ(reason({"Kafka", "Java"}, {"Python"}), "Asks for Kafka and Java, which are new to you.");
    EXPECT_EQ(reason({"Python", "SQL", "Docker"}, {"Python", "SQL", "Docker"}),
              "Asks for Python, SQL and Docker, all yours.");
    EXPECT_EQ(reason({"Python", "SQL", "Docker", "Git"}, {"Python", "SQL", "Docker", "Git"}),
              "Asks for Python, SQL, Docker and 1 more of your skills.");
    EXPECT_THAT(reason({"Python"}, {}), StartsWith("Add your skills"));
    EXPECT_EQ(listOf(std::vector<std::string>{}), "");
}

TEST(Scorer, aSkillImpliesWhatItContains) {
    auto offer = titled("Engineer");
    offer.skills = {"SQL", "JavaScript"};
    EXPECT_THAT(judge(offer, {.skills = {"PostgreSQL", "Next.js"}}).matchedSkills, ElementsAre("SQL", "JavaScript"));
}

TEST(Scorer, theNameOfAFieldIsNotMissing) {
    auto offer = titled("Software Engineer");
    offer.skills = {"Software development", "Python"};
    EXPECT_TRUE(judge(offer, {.skills = {"Python"}}).missingSkills.empty());
}

TEST(Scorer, aUsersOwnWordsCount) {
    auto offer = titled("Falconry Instructor");
    offer.description = "You know quillwork and falconry.";
    const auto score = judge(offer, {.skills = {"Falconry", "Quillwork", "quill"}});
    EXPECT_THAT(score.matchedSkills, ElementsAre("Falconry", "Quillwork"));
}

TEST(Scorer, anotherWantedSkillNeverLowersTheScore) {
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same offers in every run
    const auto all = finder().all();
    const auto draw = [&] { return std::string(all[random() % all.size()].name); };
    const char* titles[] = {"Data Engineer", "Senior Python Developer", "Nurse", "Sales Manager",
                            "Welcome",       "Account Manager"};
    for (int round = 0; round < 300; ++round) {
        OfferFacts offer = titled(titles[random() % std::size(titles)]);
        offer.language = random() % 2 == 0 ? "en" : "de";
        for (auto n = random() % 8; n > 0; --n) offer.skills.push_back(draw());
        Profile profile{.skills = {draw(), draw()}};
        if (random() % 2 == 0) profile.languages = {"fr"};
        auto before = judge(offer, profile);
        for (const auto& wanted : std::vector<std::string>(offer.skills)) {
            profile.skills.push_back(wanted);
            const auto after = judge(offer, profile);
            EXPECT_GE(after.exact, before.exact) << offer.title << " and " << wanted;
            before = after;
        }
    }
}

TEST(Scorer, unknownIsNotZero) {
    const auto offer = titled("Data Analyst");
    const Profile choosy{.skills = analyst.skills,
                         .seniorities = {Seniority::Senior},
                         .places = {"Berlin"},
                         .workModes = {WorkMode::Remote},
                         .salaryFloor = SalaryFloor{60000, "EUR", SalaryPeriod::Year},
                         .languages = {"en"}};
    const auto plain = judge(offer, analyst);
    const auto shrunk = judge(offer, choosy);
    EXPECT_GT(shrunk.exact, 5);  // nearer to the middle, on the same side
    EXPECT_LT(shrunk.exact, plain.exact);
    EXPECT_LT(shrunk.confidence, plain.confidence);
    for (const auto& criterion : shrunk.criteria) {
        EXPECT_EQ(criterion.value.has_value(), criterion.kind == CriterionKind::Role);
    }
}

TEST(Scorer, whatIsNotWishedHasNoPart) {
    auto offer = titled("Data Analyst");
    const auto bare = judge(offer, analyst);
    offer.salary = Salary{"1 €", 1, 1, "EUR", SalaryPeriod::Year};
    offer.workMode = WorkMode::OnSite;
    offer.seniority = Seniority::Intern;
    offer.location = "Nowhere";
    offer.language = "fi";
    EXPECT_EQ(judge(offer, analyst).exact, bare.exact);
}

TEST(Scorer, everyWishMovesTheScoreTheRightWay) {
    const auto fits = [](OfferFacts good, OfferFacts bad, Profile profile) {
        profile.skills = analyst.skills;
        const auto unknown = judge(titled(good.title), profile);
        EXPECT_GT(judge(good, profile).exact, unknown.exact);
        EXPECT_LT(judge(bad, profile).exact, unknown.exact);
    };
    OfferFacts good = titled("Data Analyst");
    OfferFacts bad = good;
    good.workMode = WorkMode::Remote, bad.workMode = WorkMode::OnSite;
    fits(good, bad, {.workModes = {WorkMode::Remote}});
    good = bad = titled("Data Analyst");
    good.location = "10115 Berlin, Germany", bad.location = "Hamburg";
    fits(good, bad, {.places = {"berlin"}});
    good = bad = titled("Data Analyst");
    good.seniority = Seniority::Senior, bad.seniority = Seniority::Intern;
    fits(good, bad, {.seniorities = {Seniority::Senior}});
    good = bad = titled("Data Analyst");
    good.language = "en", bad.language = "ru";
    fits(good, bad, {.languages = {"en", "de"}});
    good = bad = titled("Data Analyst");
    good.salary = Salary{"", 60000, 70000, "EUR", SalaryPeriod::Year},
    bad.salary = Salary{"", 20, 22, "EUR", SalaryPeriod::Hour};
    fits(good, bad, {.salaryFloor = SalaryFloor{5000, "EUR", SalaryPeriod::Month}});
}

TEST(Scorer, comparesPayByTheYearAndOnlyInOneCurrency) {
    EXPECT_EQ(perYear(10, SalaryPeriod::Hour), 18000);
    EXPECT_EQ(perYear(10, SalaryPeriod::Month), 120);
    const Profile profile{.salaryFloor = SalaryFloor{60000, "EUR", SalaryPeriod::Year}};
    const auto value = [&](Salary salary) {
        auto offer = titled("Data Analyst");
        offer.salary = std::move(salary);
        return judgeSalary(offer, profile).value;
    };
    EXPECT_EQ(value({"", 5000, 5000, "EUR", SalaryPeriod::Month}), 1);
    EXPECT_EQ(value({"", 90000, 90000, "USD", SalaryPeriod::Year}), std::nullopt);
    EXPECT_EQ(value({"", 90000, 90000, "EUR", std::nullopt}), std::nullopt);
    EXPECT_EQ(value({"", 90000, 90000, "", SalaryPeriod::Year}), std::nullopt);
    EXPECT_EQ(value({"", std::nullopt, std::nullopt, "EUR", SalaryPeriod::Year}), std::nullopt);
    EXPECT_LT(value({"", 40000, 70000, "EUR", SalaryPeriod::Year}), 1);
    EXPECT_GT(value({"", 40000, 70000, "EUR", SalaryPeriod::Year}),
              value({"", 40000, 55000, "EUR", SalaryPeriod::Year}));
}

TEST(Scorer, placesAreWholeWords) {
    const Profile profile{.places = {"Bonn", "Łódź"}};
    const auto value = [&](std::string location) {
        auto offer = titled("Data Analyst");
        offer.location = std::move(location);
        return judgePlace(offer, profile).value;
    };
    EXPECT_EQ(value("Bonn (NRW)"), 1);
    EXPECT_EQ(value("lodz, Poland"), 1);
    EXPECT_EQ(value("Bonneville"), 0);
    EXPECT_EQ(value("Trebonn"), 0);
}

TEST(Scorer, saysWhatFitsOfTheWishes) {
    auto offer = titled("Python Developer");
    offer.skills = {"Python"};
    offer.workMode = WorkMode::Remote;
    const Profile profile{.skills = {"Python"},
                          .workModes = {WorkMode::Remote},
                          .salaryFloor = SalaryFloor{60000, "EUR", SalaryPeriod::Year}};
    EXPECT_EQ(judge(offer, profile).reason,
              "Asks for Python, which you have. Remote, as you want. No comparable salary stated.");
}

TEST(Scorer, aHiddenCompanyScoresNothing) {
    auto offer = titled("Senior Python Engineer");
    offer.company = "Acme GmbH";
    const auto score = judge(offer, {.skills = {"Python"}, .hiddenCompanies = {"ACME"}});
    EXPECT_EQ(score.match, 0);
    EXPECT_EQ(score.reason, "You have hidden Acme GmbH.");
    EXPECT_GT(judge(offer, {.skills = {"Python"}, .hiddenCompanies = {"", "Acme Robotics"}}).match, 5);
}

TEST(Scorer, isTheSameEveryTimeAndWithinItsScale) {
    auto offer = titled(std::string(100'000, 'x') + " Python");
    offer.skills = std::vector<std::string>(5000, "Docker");
    offer.description = std::string(1'000'000, 'y');
    const Profile profile{.skills = std::vector<std::string>(5000, "Docker")};
    const auto first = judge(offer, profile);
    EXPECT_EQ(first.exact, judge(offer, profile).exact);
    EXPECT_GE(first.match, 0);
    EXPECT_LE(first.match, 10);
    EXPECT_EQ(judge({}, {}).match, 5);
    EXPECT_EQ(judge({}, {}).confidence, 0);
}

TEST(Scorer, storesItsCriteriaAsJson) {
    const auto stored = toOfferScore(judge(titled("Data Analyst"), analyst));
    const auto criteria = boost::json::parse(stored.criteriaJson).as_array();
    ASSERT_EQ(criteria.size(), 2U);
    EXPECT_EQ(criteria[0].at("name").as_string(), "skills");
    EXPECT_TRUE(criteria[0].at("value").is_null());
    EXPECT_EQ(criteria[1].at("evidence").as_array().at(0).as_string(), "title");
}

TEST(ScoreWeights, makeAHundredInTheOrderOfTheirKinds) {
    double sum = 0;
    for (std::size_t i = 0; i < criterionWeights.size(); ++i) {
        sum += criterionWeights[i].weight;
        EXPECT_EQ(static_cast<std::size_t>(criterionWeights[i].kind), i);
    }
    EXPECT_EQ(sum, 100);
}

}  // namespace
}  // namespace nextjob::analyse
