#include "app/digest_table.hpp"

#include "app/display_text.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace nextjob::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StoredOffer offer(std::string title, std::string company) {
    StoredOffer result;
    result.facts.title = std::move(title);
    result.facts.company = std::move(company);
    result.facts.location = "Zürich";
    result.facts.workMode = WorkMode::Hybrid;
    result.facts.salary = Salary{.verbatim = "CHF 120'000 – 140'000", .currency = "CHF"};
    result.facts.applyLink = "https://kran.example/jobs/17";
    result.score.matchScore = 8;
    result.score.reason = "You have 4 of the 5 skills that it asks for: C++, CMake, Linux and Git.";
    return result;
}

std::size_t widest(const std::string& text) {
    std::size_t most = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) most = std::max(most, displayWidth(line));
    return most;
}

TEST(DigestTable, FitsEveryWidth) {
    const std::vector offers{offer("Senior C++ Engineer (m/w/d) for cranes, hoists and other machines", "Kran AG"),
                             offer("シニアソフトウェアエンジニア、東京都千代田区勤務、リモート可", "株式会社クレーン"),
                             offer("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter", "e\u0301")};
    for (std::size_t columns = 40; columns <= 160; ++columns)
        EXPECT_LE(widest(digestTable(offers, {.columns = columns})), columns) << columns;
}

TEST(DigestTable, SaysWhatWhereAndWhy) {
    const auto text = digestTable({offer("Welder", "Kran AG")}, {.columns = 120});
    EXPECT_THAT(text, HasSubstr("Kran AG · Zürich · hybrid"));
    EXPECT_THAT(text, HasSubstr("CHF 120'000 – 140'000"));
    EXPECT_THAT(text, HasSubstr("You have 4 of the 5 skills"));
    EXPECT_THAT(text, HasSubstr("https://kran.example/jobs/17"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(DigestTable, LetsNoMailDriveTheTerminal) {
    const auto text = digestTable({offer("Welder\x1b]0;owned\x07", "\x1b[2JKran\nAG")}, {.columns = 80});
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\x07")));
}

TEST(DigestTable, ColoursAndLinksWhereTheyAreWanted) {
    const auto text = digestTable({offer("Welder", "Kran AG")}, {.columns = 80, .colour = true});
    EXPECT_THAT(text, HasSubstr("\x1b]8;;https://kran.example/jobs/17\x1b\\"));
    EXPECT_THAT(text, HasSubstr("\x1b[1;32m"));
}

TEST(DigestTable, DoesNotRepeatThePlace) {
    auto remote = offer("Welder", "Kran AG");
    remote.facts.location = "Remote (EU)";
    remote.facts.workMode = WorkMode::Remote;
    EXPECT_THAT(digestTable({remote}, {.columns = 80}), Not(HasSubstr("(EU) ·")));
    remote.facts.location = "Oslo (On-site)";
    remote.facts.workMode = WorkMode::OnSite;
    EXPECT_THAT(digestTable({remote}, {.columns = 80}), Not(HasSubstr("on site")));
}

}  // namespace
}  // namespace nextjob::app
