#include "api/rendered_pages.hpp"

#include <gmock/gmock.h>

#include <random>

namespace nextjob::api {
namespace {

using testing::Eq;
using testing::Optional;

OfferListMark mark(std::int64_t changes, std::string email = "ada@example.org") {
    return {.changes = changes, .email = std::move(email)};
}

// Of letters that don't pack well.
std::string text(std::size_t size) {
    std::mt19937 random(static_cast<unsigned>(size));
    std::string made;
    while (made.size() < size) made += static_cast<char>('0' + random() % 64);
    return made;
}

TEST(RenderedPages, KeepsAPageForAsLongAsTheOffersAreWhatTheyWere) {
    RenderedPages pages(100'000);
    pages.keep("7 first", mark(1), text(5'000));
    EXPECT_THAT(pages.find("7 first", mark(1)), Optional(text(5'000)));
    EXPECT_THAT(pages.find("7 second", mark(1)), Eq(std::nullopt));
    EXPECT_THAT(pages.find("7 first", mark(2)), Eq(std::nullopt));
    EXPECT_THAT(pages.find("7 first", mark(1, "ada@example.com")), Eq(std::nullopt));
}

TEST(RenderedPages, ANewerPageStays) {
    RenderedPages pages(100'000);
    pages.keep("7", mark(2), "new");
    pages.keep("7", mark(1), "old");
    EXPECT_THAT(pages.find("7", mark(2)), Optional(std::string("new")));
    pages.keep("7", mark(3), "newer");
    EXPECT_THAT(pages.find("7", mark(3)), Optional(std::string("newer")));
}

TEST(RenderedPages, WhatWasNotAskedForLongestGoesFirst) {
    RenderedPages pages(10'000);
    for (const char* name : {"1", "2"}) pages.keep(name, mark(1), text(4'000));
    EXPECT_TRUE(pages.find("1", mark(1)));
    pages.keep("3", mark(1), text(4'000));
    EXPECT_TRUE(pages.find("1", mark(1)));
    EXPECT_FALSE(pages.find("2", mark(1)));
    EXPECT_TRUE(pages.find("3", mark(1)));
}

TEST(RenderedPages, WhatIsAlikeTakesAFractionOfItsLength) {
    RenderedPages pages(30'000);
    std::string alike;
    while (alike.size() < 100'000) alike += R"({"company":"Acme","location":"Berlin","title":"Engineer"},)";
    for (const char* name : {"1", "2", "3"}) pages.keep(name, mark(1), alike);
    for (const char* name : {"1", "2", "3"}) EXPECT_THAT(pages.find(name, mark(1)), Optional(alike));
}

TEST(RenderedPages, WhatIsTooLargeIsNotKept) {
    RenderedPages pages(1'000);
    pages.keep("1", mark(1), text(2'000));
    EXPECT_FALSE(pages.find("1", mark(1)));
    pages.keep("2", mark(1), "");
    EXPECT_THAT(pages.find("2", mark(1)), Optional(std::string()));
}

}  // namespace
}  // namespace nextjob::api
