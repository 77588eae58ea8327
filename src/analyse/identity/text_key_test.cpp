#include "analyse/identity/text_key.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nextjob::analyse {
namespace {

TEST(TextKey, isTheSameForOneJobInOtherWords) {
    const std::string key = textKey("Senior Data Engineer", "Acme", "Berlin");
    EXPECT_EQ(key, "senior data engineer|acme|berlin");
    for (const auto* title :
         {"Senior Data Engineer (m/w/d)", "SENIOR DATA ENGINEER [all genders]", "Sr. Data Engineer H/F",
          "Senior Data-Engineer (f/m/x)", "Senior Data Engineer (w|m|d)", "Senior Data Engineer:in"})
        EXPECT_EQ(textKey(title, "Acme", "Berlin"), key) << title;
    for (const auto* company : {"ACME GmbH", "Acme, Inc.", "Acme S.A.S.", "acme GmbH & Co. KG", "ООО «Acme»",
                                "Acme sp. z o.o.", "Acmé AG", "ТОВ Acme", "Acme Pty Ltd"})
        EXPECT_EQ(textKey("Senior Data Engineer", company, "Berlin"), key) << company;
    for (const auto* place : {"Berlin, Germany", "10115 Berlin", "Berlin (Hybrid)", "BERLIN - Mitte",
                              "Greater Berlin Area", "Berlin und Umgebung"})
        EXPECT_EQ(textKey("Senior Data Engineer", "Acme", place), key) << place;
}

TEST(TextKey, keepsApartWhatDiffers) {
    const std::string key = textKey("C++ Developer", "Acme", "Berlin");
    EXPECT_NE(key, textKey("C# Developer", "Acme", "Berlin"));
    EXPECT_NE(key, textKey("C Developer", "Acme", "Berlin"));
    EXPECT_NE(key, textKey("C++ Developer", "Acme Robotics", "Berlin"));
    EXPECT_NE(key, textKey("C++ Developer", "Acme", "Hamburg"));
    EXPECT_NE(key, textKey("C++ Developer", "Acme", ""));
    EXPECT_NE(key, textKey("Senior C++ Developer", "Acme", "Berlin"));
    EXPECT_NE(textKey("Сварщик", "Завод", "Киев"), textKey("Сварщик", "Верфь", "Киев"));
}

TEST(TextKey, everyWordForRemoteIsOne) {
    const std::string key = textKey("Tester", "Acme", "Remote");
    for (const auto* place :
         {"REMOTE (EU)", "Télétravail", "Home Office", "Zdalnie", "Удалённо", "100% remote", "Remote - US"})
        EXPECT_EQ(textKey("Tester", "Acme", place), key) << place;
}

TEST(TextKey, needsTitleAndCompany) {
    EXPECT_EQ(textKey("", "Acme", "Berlin"), "");
    EXPECT_EQ(textKey("Tester", "", "Berlin"), "");
    EXPECT_EQ(textKey("(m/w/d)", "Acme", "Berlin"), "");
    EXPECT_EQ(textKey("Tester", "...", "Berlin"), "");
    EXPECT_EQ(textKey("Tester", "GmbH", ""), "tester|gmbh|");
}

TEST(TextKey, isBounded) {
    const std::string huge(1U << 20U, 'x');
    EXPECT_LT(textKey(huge, huge, huge).size(), 2048U);
}

}  // namespace
}  // namespace nextjob::analyse
