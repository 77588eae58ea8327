#include "analyse/score/profile_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nextjob::analyse {
namespace {

TEST(ProfileJson, readsBackWhatItWrote) {
    const Profile profile{.seniorities = {Seniority::Senior, Seniority::Lead},
                          .places = {"Berlin", "Łódź"},
                          .workModes = {WorkMode::Remote, WorkMode::OnSite},
                          .salaryFloor = SalaryFloor{4200.5, "EUR", SalaryPeriod::Month},
                          .languages = {"en", "uk"},
                          .hiddenCompanies = {"Acme \"&\" Söhne"}};
    const auto back = readProfile(writeProfile(profile));
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(back->seniorities, profile.seniorities);
    EXPECT_EQ(back->places, profile.places);
    EXPECT_EQ(back->workModes, profile.workModes);
    EXPECT_EQ(back->salaryFloor->amount, 4200.5);
    EXPECT_EQ(back->salaryFloor->period, SalaryPeriod::Month);
    EXPECT_EQ(back->languages, profile.languages);
    EXPECT_EQ(back->hiddenCompanies, profile.hiddenCompanies);
    EXPECT_EQ(writeProfile({}), "{}");
}

TEST(ProfileJson, everyKeyMayBeMissing) {
    ASSERT_TRUE(readProfile("{}").has_value());
    ASSERT_TRUE(readProfile(R"({"salary_floor": null, "places": null})").has_value());
    EXPECT_FALSE(readProfile("{}")->salaryFloor.has_value());
}

TEST(ProfileJson, refusesWhatDoesNotFitAndNamesTheKey) {
    const std::pair<const char*, const char*> wrong[] = {
        {R"({"places": "Berlin"})", "places"},
        {R"({"places": [7]})", "places"},
        {R"({"places": [" "]})", "places"},
        {R"({"seniorities": ["boss"]})", "seniorities"},
        {R"({"languages": ["German"]})", "languages"},
        {R"({"salary_floor": {"amount": -1, "currency": "EUR"}})", "salary_floor"},
        {R"({"salary_floor": {"amount": "much", "currency": "EUR"}})", "salary_floor"},
        {R"({"salary_floor": {"amount": 1, "currency": "euro"}})", "salary_floor"},
        {R"({"wishes": []})", "wishes"},
    };
    for (const auto& [text, key] : wrong) {
        const auto result = readProfile(text);
        ASSERT_FALSE(result.has_value()) << text;
        EXPECT_EQ(result.error().code, ErrorCode::Invalid);
        EXPECT_TRUE(result.error().message.starts_with(key)) << result.error().message;
    }
    EXPECT_FALSE(readProfile("[]").has_value());
    EXPECT_FALSE(readProfile("{").has_value());
    EXPECT_EQ(readProfile(std::string(70'000, ' ')).error().code, ErrorCode::TooLarge);
    std::string many = R"({"places": ["a")";
    for (int i = 0; i < 100; ++i) many += R"(,"a")";
    EXPECT_FALSE(readProfile(many + "]}").has_value());
}

}  // namespace
}  // namespace nextjob::analyse
