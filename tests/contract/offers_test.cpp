#include "contract/offers_fixture.hpp"

#include <gmock/gmock.h>

#include <set>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class OffersTest : public OffersFixture {};

OfferSighting full() {
    OfferSighting offer = sighting("C++ Engineer", "linkedin:17", "c++ engineer|acme|berlin");
    offer.facts.company = "Acme";
    offer.facts.location = "Berlin";
    offer.facts.description = "Build engines.";
    offer.facts.applyLink = "https://www.linkedin.com/jobs/view/17";
    offer.facts.salary = Salary{.verbatim = "60.000 – 80.000 €",
                                .minimum = 60000,
                                .maximum = 80000.5,
                                .currency = "EUR",
                                .period = SalaryPeriod::Year};
    offer.facts.workMode = WorkMode::Hybrid;
    offer.facts.employmentType = EmploymentType::FullTime;
    offer.facts.seniority = Seniority::Senior;
    offer.facts.posted =
        std::chrono::year_month_day(std::chrono::year(2026), std::chrono::month(2), std::chrono::day(28));
    offer.facts.language = "de";
    offer.facts.skills = {"C++", "Linux"};
    offer.score = {.matchScore = 7,
                   .reason = "You know C++.",
                   .technologiesMatched = "C++",
                   .criteriaJson = R"([{"name":"skills"}])",
                   .confidence = 0.75};
    return offer;
}

TEST_P(OffersTest, AnOfferComesBackAsItWasStored) {
    const auto report = receive(ada, {full()});
    EXPECT_EQ(report.offersNew, 1);
    const StoredOffer listed = all().at(0);
    const StoredOffer offer = get(offers().find(ada, listed.id));
    const OfferFacts expected = full().facts;
    EXPECT_EQ(offer.user, ada);
    EXPECT_EQ(offer.email, "Ada@example.org");
    EXPECT_EQ(offer.facts.title, expected.title);
    EXPECT_EQ(offer.facts.location, expected.location);
    EXPECT_EQ(offer.facts.description, expected.description);
    EXPECT_EQ(offer.facts.applyLink, expected.applyLink);
    EXPECT_EQ(offer.facts.salary->verbatim, "60.000 – 80.000 €");
    EXPECT_EQ(offer.facts.salary->minimum, 60000);
    EXPECT_EQ(offer.facts.salary->maximum, 80000.5);
    EXPECT_EQ(offer.facts.salary->currency, "EUR");
    EXPECT_EQ(offer.facts.salary->period, SalaryPeriod::Year);
    EXPECT_EQ(offer.facts.workMode, WorkMode::Hybrid);
    EXPECT_EQ(offer.facts.employmentType, EmploymentType::FullTime);
    EXPECT_EQ(offer.facts.seniority, Seniority::Senior);
    EXPECT_EQ(offer.facts.posted, expected.posted);
    EXPECT_EQ(offer.facts.language, "de");
    EXPECT_EQ(offer.facts.skills, expected.skills);
    EXPECT_EQ(offer.score.matchScore, 7);
    EXPECT_EQ(offer.score.reason, "You know C++.");
    EXPECT_EQ(offer.score.technologiesMatched, "C++");
    EXPECT_EQ(offer.score.criteriaJson, R"([{"name":"skills"}])");
    EXPECT_EQ(offer.score.confidence, 0.75);
    EXPECT_EQ(offer.state, OfferState::New);
    EXPECT_EQ(offer.source, "file");
    EXPECT_EQ(offer.sourceId, "<mail1@mail.example>");
    EXPECT_EQ(offer.firstSeen, dayNumber(0));
    EXPECT_EQ(offer.sightings, 1);

    const auto sightings = get(offers().sightings(ada, offer.id, {})).items;
    ASSERT_THAT(sightings, SizeIs(1));
    EXPECT_EQ(sightings[0].seenAt, dayNumber(0));
    EXPECT_EQ(sightings[0].subject, "Jobs mail1");
    EXPECT_EQ(sightings[0].evidenceJson, R"({"title":[0,5]})");
    EXPECT_EQ(sightings[0].sourceText, "C++ Engineer at Acme");
    EXPECT_EQ(sightings[0].facts.salary->period, SalaryPeriod::Year);
    EXPECT_EQ(sightings[0].facts.posted, expected.posted);
    EXPECT_EQ(sightings[0].facts.skills, expected.skills);
}

// The text with a ? for whatever is no letter: such bytes come back as they were, or as U+FFFD where the engine keeps
// only text.
std::string readable(std::string text) {
    for (const std::string& odd : {std::string("\xef\xbf\xbd"), std::string(1, '\0'), std::string("\xff"),
                                   std::string("\xfe"), std::string("\xc3")}) {
        for (auto at = text.find(odd); at != std::string::npos; at = text.find(odd)) text.replace(at, odd.size(), "?");
    }
    return text;
}

TEST_P(OffersTest, BytesThatAreNoTextDoNoHarm) {
    OfferSighting odd = sighting(std::string("Eng\0ineer \xff\xfe \"quoted\"", 21), "", "odd");
    odd.facts.skills = {"\xc3", "C++"};
    receive(ada, {odd});
    const StoredOffer offer = all().at(0);
    EXPECT_EQ(readable(offer.facts.title), "Eng?ineer ?? \"quoted\"");
    ASSERT_THAT(offer.facts.skills, SizeIs(2));
    EXPECT_EQ(readable(offer.facts.skills[0]), "?");
    EXPECT_EQ(readable(get(offers().sightings(ada, offer.id, {})).items.at(0).facts.title), "Eng?ineer ?? \"quoted\"");
}

TEST_P(OffersTest, OneJobInSeveralMailsIsOneOfferWithAHistory) {
    receive(ada, {sighting("Engineer", "linkedin:1", "engineer|acme")}, 5);
    const auto second = receive(ada, {sighting("Engineer (m/f/d)", "linkedin:1", "engineer mfd|acme")}, 9);
    EXPECT_EQ(second.offersUpdated, 1);
    EXPECT_EQ(second.offersNew, 0);
    receive(ada, {sighting("Engineer", "", "engineer|acme")}, 2);
    receive(ada, {sighting("Engineer (m/f/d)", "indeed:a", "engineer mfd|acme")}, 7);
    receive(ada, {sighting("Engineer!", "indeed:a", "engineer!|acme")}, 7);

    const auto offer = all();
    ASSERT_THAT(offer, SizeIs(1));
    EXPECT_EQ(offer[0].facts.title, "Engineer");
    EXPECT_EQ(offer[0].sightings, 5);
    EXPECT_EQ(offer[0].firstSeen, dayNumber(2));
    EXPECT_EQ(offer[0].lastSeen, dayNumber(9));
    const auto sightings = get(offers().sightings(ada, offer[0].id, {})).items;
    ASSERT_THAT(sightings, SizeIs(5));
    EXPECT_EQ(sightings.front().seenAt, dayNumber(9));
    EXPECT_EQ(sightings.back().seenAt, dayNumber(2));
}

TEST_P(OffersTest, AJobTwiceInOneMailIsOneSighting) {
    const auto report =
        receive(ada, {sighting("Engineer", "linkedin:1", "engineer"), sighting("Engineer", "linkedin:1", "engineer")});
    EXPECT_EQ(report.offersNew, 1);
    EXPECT_EQ(report.offersUpdated, 0);
    EXPECT_EQ(all().at(0).sightings, 1);
}

TEST_P(OffersTest, TwoIdsOfOneBoardAreTwoJobsWhateverTheirWords) {
    receive(ada,
            {sighting("Engineer", "linkedin:1", "engineer|acme"), sighting("Engineer", "linkedin:2", "engineer|acme")});
    receive(ada, {sighting("Engineer", "linkedin:3", "engineer|acme")});
    EXPECT_THAT(all(), SizeIs(3));
    receive(ada, {sighting("Engineer", "linkedin:2", "engineer|acme")});
    EXPECT_THAT(all(), SizeIs(3));
    // An address of no known board may differ from mail to mail.
    receive(ada, {sighting("Cook", "web:diner.example/a?mail=1", "cook|diner")});
    receive(ada, {sighting("Cook", "web:diner.example/a?mail=2", "cook|diner")});
    EXPECT_THAT(all(), SizeIs(4));
}

TEST_P(OffersTest, ALinkUnderSeveralOffersOfAMailIsNoProof) {
    const auto report = receive(ada, {sighting("Engineer", "web:jobs.example/today", "engineer"),
                                      sighting("Cook", "web:jobs.example/today", "cook")});
    EXPECT_EQ(report.offersNew, 2);
    EXPECT_THAT(titles(), UnorderedElementsAre("Engineer", "Cook"));
}

TEST_P(OffersTest, OffersWithoutAnyKeyStayApart) {
    receive(ada, {sighting("Engineer"), sighting("Cook")});
    receive(ada, {sighting("Engineer")});
    EXPECT_THAT(all(), SizeIs(3));
}

TEST_P(OffersTest, ALaterMailCompletesAnOfferAndNeverEmptiesIt) {
    OfferSighting first = sighting("Engineer", "linkedin:1", "engineer");
    first.facts.location = "Berlin";
    first.facts.description = "Build engines in Berlin.";
    first.facts.skills = {"C++"};
    first.facts.applyLink = "https://www.linkedin.com/jobs/view/old";
    receive(ada, {first}, 1);

    OfferSighting richer = full();
    richer.facts.location = "Germany";
    richer.facts.description = "Build.";
    richer.facts.company = "";
    richer.linkKey = "linkedin:1";
    const auto report = receive(ada, {richer}, 2);
    ASSERT_THAT(report.grown, SizeIs(1));
    StoredOffer offer = all().at(0);
    EXPECT_EQ(report.grown[0], std::pair(ada, offer.id));
    EXPECT_EQ(offer.facts.location, "Berlin");
    EXPECT_EQ(offer.facts.company, "Acme");
    EXPECT_EQ(offer.facts.description, "Build engines in Berlin.");
    EXPECT_EQ(offer.facts.salary->minimum, 60000);
    EXPECT_EQ(offer.facts.workMode, WorkMode::Hybrid);
    EXPECT_EQ(offer.facts.applyLink, "https://www.linkedin.com/jobs/view/17");
    EXPECT_THAT(offer.facts.skills, ElementsAre("C++", "Linux"));
    EXPECT_EQ(offer.score.matchScore, 7) << "the mail that knew more has judged";

    OfferSighting bare = sighting("Engineer", "linkedin:1", "engineer");
    bare.facts.company.clear();
    bare.facts.salary = Salary{.verbatim = "competitive"};
    bare.score.confidence = 0.1;
    bare.score.matchScore = 2;
    receive(ada, {bare}, 3);
    offer = all().at(0);
    EXPECT_EQ(offer.facts.salary->minimum, 60000);
    EXPECT_EQ(offer.facts.company, "Acme");
    EXPECT_EQ(offer.score.matchScore, 7);
}

TEST_P(OffersTest, AScoreIsStaleFromAChangeUntilTheOfferIsJudgedAnew) {
    const OfferScore now{.matchScore = 9, .reason = "All known.", .confidence = 1, .judgedFor = profileOf(ada)};
    OfferSighting first = sighting("Engineer", "linkedin:1", "engineer");
    first.score.judgedFor = profileOf(ada);
    receive(ada, {first}, 1);
    EXPECT_THAT(staleTitles(), IsEmpty());

    OfferSighting second = sighting("Engineer", "linkedin:1", "engineer");
    second.facts.location = "Berlin";
    second.score.judgedFor = profileOf(ada);
    second.score.confidence = 0;
    receive(ada, {second}, 2);
    EXPECT_THAT(staleTitles(), ElementsAre("Engineer")) << "known by a place that nobody has judged";
    reopen();
    EXPECT_THAT(get(offers().usersWithStale()), ElementsAre(ada));
    const StoredOffer grown = all().at(0);
    check(offers().rescore(ada, {{grown.id, grown.revision, now}, {grown.id + 50, 1, now}}));
    EXPECT_THAT(staleTitles(), IsEmpty());
    EXPECT_EQ(all().at(0).score.matchScore, 9);

    check(store->preferences().set(ada, R"({"workModes":["remote"]})"));
    EXPECT_THAT(staleTitles(), ElementsAre("Engineer")) << "judged by other wishes";
    check(offers().rescore(ada, {{grown.id, grown.revision, now}}));
    EXPECT_THAT(staleTitles(), ElementsAre("Engineer")) << "judged by other wishes once more";
    OfferScore after = now;
    after.judgedFor = profileOf(ada);
    check(offers().rescore(ada, {{grown.id, grown.revision, after}}));
    EXPECT_THAT(get(offers().usersWithStale()), IsEmpty());

    const SkillId cpp = addSkill("C++");
    get(skills().set(ada, {cpp}));
    EXPECT_THAT(staleTitles(), SizeIs(1));
    after.judgedFor = profileOf(ada);
    check(offers().rescore(ada, {{grown.id, grown.revision, after}}));
    get(skills().remove(ada, {cpp}));
    EXPECT_THAT(staleTitles(), SizeIs(1));
    EXPECT_THAT(get(offers().stale(ada, grown.id, 10)), IsEmpty()) << "beyond the last";
}

TEST_P(OffersTest, AJudgementOfWhatWasKnownBeforeIsPassedOver) {
    receive(ada, {sighting("Engineer", "linkedin:1", "engineer")}, 1);
    const StoredOffer before = all().at(0);
    OfferSighting more = sighting("Engineer", "linkedin:1", "engineer");
    more.facts.location = "Berlin";
    receive(ada, {more}, 3);
    check(offers().rescore(ada, {{before.id, before.revision, {.matchScore = 1, .judgedFor = profileOf(ada)}}}));
    const StoredOffer after = get(offers().find(ada, before.id));
    EXPECT_NE(after.score.matchScore, 1);
    EXPECT_NE(after.revision, before.revision);
}

TEST_P(OffersTest, AnOlderMailThatIsReadLaterDoesNotReplaceTheLink) {
    OfferSighting newer = sighting("Engineer", "linkedin:1", "engineer");
    newer.facts.applyLink = "https://jobs.example/new";
    OfferSighting older = newer;
    older.facts.applyLink = "https://jobs.example/old";
    receive(ada, {newer}, 9);
    receive(ada, {older}, 3);
    EXPECT_EQ(all().at(0).facts.applyLink, "https://jobs.example/new");
}

TEST_P(OffersTest, AMailDoesNotLeadAKnownOfferToAnotherSite) {
    OfferSighting known = sighting("Engineer", "linkedin:1", "engineer");
    known.facts.applyLink = "https://www.linkedin.com/jobs/view/1";
    OfferSighting forged = known;
    forged.facts.applyLink = "https://www.linkedin.com@evil.example/jobs/view/1";
    receive(ada, {known}, 1);
    receive(ada, {forged}, 2);
    EXPECT_EQ(all().at(0).facts.applyLink, "https://www.linkedin.com/jobs/view/1");
}

TEST_P(OffersTest, ADeletedOfferStaysDeletedWhateverBringsItBack) {
    receive(ada, {sighting("Engineer", "linkedin:1", "engineer|acme")});
    receive(eve, {sighting("Engineer", "linkedin:1", "engineer|acme")});
    const OfferId id = all().at(0).id;
    check(offers().remove(ada, id));
    EXPECT_EQ(errorOf(offers().remove(ada, id)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(offers().find(ada, id)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(offers().sightings(ada, id, {})), ErrorCode::NotFound);

    EXPECT_EQ(receive(ada, {sighting("Engineer", "linkedin:1", "other words")}).offersSuppressed, 1);
    EXPECT_EQ(receive(ada, {sighting("Engineer", "", "engineer|acme")}).offersSuppressed, 1);
    EXPECT_EQ(receive(ada, {sighting("Engineer", "indeed:5", "engineer|acme")}).offersSuppressed, 1);
    EXPECT_EQ(receive(ada, {sighting("Engineer", "indeed:5", "yet other words")}).offersSuppressed, 1);
    EXPECT_THAT(all(), IsEmpty());
    EXPECT_EQ(get(offers().count(eve, {})), 1) << "another user's offer is untouched";

    reopen();
    EXPECT_EQ(receive(ada, {sighting("Engineer", "linkedin:1", "engineer|acme")}).offersSuppressed, 1);
    EXPECT_EQ(receive(ada, {sighting("Engineer", "linkedin:2", "engineer|acme")}).offersNew, 1) << "another posting";
}

TEST_P(OffersTest, AStrangerCanNeitherSeeNorTouchAnOffer) {
    receive(ada, {sighting("Engineer", "", "engineer")});
    const OfferId id = all().at(0).id;
    EXPECT_EQ(errorOf(offers().find(eve, id)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(offers().sightings(eve, id, {})), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(offers().setState(eve, id, OfferState::Hidden, "")), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(offers().remove(eve, id)), ErrorCode::NotFound);
    check(offers().rescore(eve, {{id, get(offers().find(ada, id)).revision, {.matchScore = 0}}}));
    EXPECT_THAT(get(offers().stale(eve, 0, 10)), IsEmpty());
    EXPECT_THAT(get(offers().list(eve, {.text = "engineer"}, {}, {})).items, IsEmpty());
    EXPECT_THAT(get(offers().list(eve, {.text = "user" + std::to_string(ada)}, {}, {})).items, IsEmpty());
    EXPECT_EQ(get(offers().find(ada, id)).score.matchScore, 5);
}

INSTANTIATE_TEST_SUITE_P(Engines, OffersTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
