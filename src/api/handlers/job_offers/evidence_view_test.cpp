#include "api/handlers/job_offers/evidence_view.hpp"

#include <gtest/gtest.h>

namespace nextjob::api {
namespace {

StoredSighting seen(std::string text, std::string evidence) {
    StoredSighting sighting;
    sighting.sourceText = std::move(text);
    sighting.evidenceJson = std::move(evidence);
    return sighting;
}

std::string fields(const StoredSighting& sighting, TextUnit unit) { return evidenceView(sighting, unit).fields.text; }

TEST(EvidenceView, CountsCharactersOrUtf16UnitsNotBytes) {
    const auto sighting = seen("Ärztin 🚀 Köln", R"({"location":[13,18],"title":[0,7]})");
    EXPECT_EQ(fields(sighting, TextUnit::CodePoint),
              R"({"location":{"begin":9,"end":13,"text":"Köln"},"title":{"begin":0,"end":6,"text":"Ärztin"}})");
    EXPECT_EQ(fields(sighting, TextUnit::Utf16),
              R"({"location":{"begin":10,"end":14,"text":"Köln"},"title":{"begin":0,"end":6,"text":"Ärztin"}})");
}

TEST(EvidenceView, CountsBrokenBytesAsTheyAreShown) {
    EXPECT_EQ(fields(seen("\xff\xfe Acme", R"({"company":[3,7]})"), TextUnit::CodePoint),
              R"({"company":{"begin":3,"end":7,"text":"Acme"}})");
}

TEST(EvidenceView, LeavesOutWhatDoesNotFitTheText) {
    for (const char* damaged : {"", "[]", "{", R"({"a":[0,6]})", R"({"a":[3,1]})", R"({"a":[-1,2]})", R"({"a":[1]})",
                                R"({"a":["0","1"]})", R"({"a":[0.5,1]})", R"({"a":[0,9223372036854775807]})"})
        EXPECT_EQ(fields(seen("hello", damaged), TextUnit::CodePoint), "{}") << damaged;
}

}  // namespace
}  // namespace nextjob::api
