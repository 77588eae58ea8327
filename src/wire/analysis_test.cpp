#include "wire/analysis.hpp"

#include "wire/parcel.hpp"

#include <gmock/gmock.h>

namespace nextjob::wire {
namespace {

using testing::HasSubstr;

AnalysedMessage whole() {
    AnalysedMessage message;
    message.user = 3;
    message.message = 17;
    message.kind = MailKind::Alert;
    message.reason = "The date was mended.";
    message.language = "de";
    message.profile = "stepstone";
    message.subject = "2 neue Jobs";
    message.sender = "alerts@jobs.example";
    message.receivedAt = Timestamp(std::chrono::milliseconds(1'780'000'000'123));
    message.announced = 2;
    message.truncated = true;
    message.analysisTime = std::chrono::microseconds(730);
    message.aboutTitle = "Engineer";
    message.aboutCompany = "Acme";
    OfferSighting offer;
    offer.facts.title = "Engineer \xc3\xa4";
    offer.facts.company = "Acme";
    offer.facts.location = "Berlin";
    offer.facts.description = "Builds.";
    offer.facts.applyLink = "https://jobs.example/1";
    offer.facts.salary = Salary{
        .verbatim = "50.000 €", .minimum = 50000.0, .maximum = {}, .currency = "EUR", .period = SalaryPeriod::Year};
    offer.facts.workMode = WorkMode::Hybrid;
    offer.facts.employmentType = EmploymentType::FullTime;
    offer.facts.seniority = Seniority::Senior;
    offer.facts.posted = std::chrono::year(2026) / 1 / 31;
    offer.facts.language = "de";
    offer.facts.skills = {"C++", "SQL"};
    offer.score = {.matchScore = 7,
                   .reason = "You know C++.",
                   .technologiesMatched = "C++",
                   .criteriaJson = R"([{"name":"skills","value":0.5}])",
                   .confidence = 0.75,
                   .judgedFor = 4};
    offer.linkKey = "web:jobs.example/1";
    offer.textKey = "engineer|acme|berlin";
    offer.evidenceJson = R"({"title":[0,10]})";
    offer.sourceText = "Engineer \xc3\xa4 at Acme";
    message.offers.push_back(offer);
    return message;
}

std::vector<AnalysedMessage> read(const std::string& body) {
    Problems problems;
    auto messages = readAnalysedBody(body, problems);
    EXPECT_TRUE(messages) << sentenceOf(problems);
    return messages.value_or(std::vector<AnalysedMessage>{});
}

std::string problemOf(const AnalysedMessage& message) {
    Problems problems;
    return readAnalysedBody(writeAnalysedBody({writeAnalysed(message)}), problems) ? "" : sentenceOf(problems);
}

TEST(AnalysisWireTest, BringsAllThatAnalysisMade) {
    AnalysedMessage skipped;
    skipped.user = 4;
    skipped.message = 18;
    skipped.state = MessageState::Skipped;
    const auto messages = read(writeAnalysedBody({writeAnalysed(whole()), writeAnalysed(skipped)}));
    ASSERT_EQ(messages.size(), 2U);
    // What is written again is the same: every field has come over.
    EXPECT_EQ(writeAnalysed(messages[0]), writeAnalysed(whole()));
    EXPECT_EQ(messages[0].receivedAt, whole().receivedAt);
    EXPECT_EQ(messages[0].analysisTime, whole().analysisTime);
    const OfferSighting& offer = messages[0].offers.at(0);
    const OfferSighting wanted = whole().offers[0];
    EXPECT_EQ(offer.score, wanted.score);
    EXPECT_EQ(offer.facts.posted, wanted.facts.posted);
    EXPECT_EQ(offer.facts.salary->minimum, 50000.0);
    EXPECT_FALSE(offer.facts.salary->maximum);
    EXPECT_EQ(offer.facts.skills, wanted.facts.skills);
    EXPECT_EQ(offer.evidenceJson, wanted.evidenceJson);
    EXPECT_EQ(offer.sourceText, wanted.sourceText);
    EXPECT_EQ(messages[1].state, MessageState::Skipped);
    EXPECT_FALSE(messages[1].kind);
    EXPECT_FALSE(messages[1].receivedAt);
}

TEST(AnalysisWireTest, WhatIsNoUtf8KeepsItsPlace) {
    AnalysedMessage odd = whole();
    odd.offers[0].sourceText = std::string("Engineer\xff\0 at Acme", 18);
    const auto text = read(writeAnalysedBody({writeAnalysed(odd)})).at(0).offers.at(0).sourceText;
    EXPECT_EQ(text, "Engineer?? at Acme");
}

TEST(AnalysisWireTest, NamesWhatIsWrong) {
    const auto wrong = [](auto change) {
        AnalysedMessage message = whole();
        change(message);
        return problemOf(message);
    };
    EXPECT_THAT(wrong([](auto& m) { m.user = 0; }), HasSubstr("body.messages.0.user_id"));
    EXPECT_THAT(wrong([](auto& m) { m.state = MessageState::Dead; }), HasSubstr("body.messages.0.state: Give done"));
    EXPECT_THAT(wrong([](auto& m) { m.offers[0].score.matchScore = 11; }),
                HasSubstr("body.messages.0.offers.0.score.match_score"));
    EXPECT_THAT(wrong([](auto& m) { m.offers[0].score.confidence = 2; }), HasSubstr("score.confidence"));
    EXPECT_THAT(wrong([](auto& m) { m.offers[0].score.criteriaJson = "[1]"; }), HasSubstr("score.criteria"));
    EXPECT_THAT(wrong([](auto& m) { m.offers[0].score.criteriaJson = "[}"; }), HasSubstr("score.criteria"));
    EXPECT_THAT(wrong([](auto& m) { m.offers[0].evidenceJson = R"({"title":[0,99]})"; }), HasSubstr("evidence"));
    EXPECT_THAT(wrong([](auto& m) { m.offers[0].facts.applyLink = "javascript:alert(1)"; }),
                HasSubstr("facts.apply_link"));
    Problems problems;
    EXPECT_FALSE(readAnalysedBody(R"({"messages":[{}]})", problems));
    EXPECT_THAT(sentenceOf(problems), HasSubstr("body.messages.0.offers: This field is required."));
}

}  // namespace
}  // namespace nextjob::wire
