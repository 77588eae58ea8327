#include "app/extraction_json.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace nextjob::app {
namespace {

mail::Message message() {
    mail::Message mail;
    mail.document = std::make_unique<mail::Document>();
    mail.document->text = "Welder at Kran AG, remote, 4500.50 EUR";
    return mail;
}

boost::json::value line(const Extraction& extraction, bool withText = false) {
    return boost::json::parse(extractionLine({"a.eml", std::nullopt}, message(), extraction, withText));
}

TEST(ExtractionJson, LeavesOutWhatTheMailDoesNotSay) {
    Extraction extraction;
    extraction.kind = MailKind::Alert;
    extraction.offers.push_back({.title = {"Welder", {0, 6}}});
    EXPECT_EQ(line(extraction), boost::json::parse(R"({"file":"a.eml","kind":"alert","announced":null,
        "offers":[{"title":"Welder","evidence":{"title":[0,6]}}]})"));
}

TEST(ExtractionJson, GivesEveryFieldWithItsEvidence) {
    Extraction extraction;
    extraction.kind = MailKind::Recruiter;
    extraction.announced = 3;
    extraction.language = "de";
    extraction.sender = "kran";
    Offer offer{.title = {"Welder", {0, 6}}};
    offer.company = {"Kran AG", {10, 17}};
    offer.workMode = {WorkMode::Hybrid, {19, 25}};
    offer.salary = {Salary{"4500.50 EUR", 4500.5, 5000, "EUR", SalaryPeriod::Month}, {27, 38}};
    offer.posted = {std::chrono::year_month_day{std::chrono::year{2026}, std::chrono::month{3}, std::chrono::day{2}},
                    {1, 2}};
    offer.skills = {{"Welding", {0, 4}}};
    extraction.offers.push_back(offer);
    EXPECT_EQ(line(extraction), boost::json::parse(R"({"file":"a.eml","kind":"recruiter","announced":3,
        "language":"de","sender":"kran","offers":[{"title":"Welder","company":"Kran AG","salary":"4500.50 EUR",
        "salary_min":4500.5,"salary_max":5000,"salary_currency":"EUR","salary_period":"month","remote":false,
        "work_mode":"hybrid","posted":"2026-03-02","skills":["Welding"],"skill_evidence":[[0,4]],
        "evidence":{"title":[0,6],"company":[10,17],"salary":[27,38],"remote":[19,25],"posted":[1,2]}}]})"));
}

TEST(ExtractionJson, AddsTextAndOffsetWhenAsked) {
    const Extraction extraction{.about = ApplicationSubject{.company = {{"Kran AG", {10, 17}}}}};
    EXPECT_EQ(line(extraction, true).at("text"), "Welder at Kran AG, remote, 4500.50 EUR");
    EXPECT_EQ(line(extraction).at("about").at("company"), "Kran AG");
    const auto inMbox = boost::json::parse(extractionLine({"m.mbox", 77}, message(), extraction, false));
    EXPECT_EQ(inMbox.at("offset"), 77);
}

TEST(ExtractionJson, IsOneLine) {
    auto mail = message();
    mail.document->text = "two\nlines\x01";
    EXPECT_EQ(extractionLine({"a\nb", std::nullopt}, mail, {}, true).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace nextjob::app
