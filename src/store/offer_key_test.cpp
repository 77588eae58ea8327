#include "store/offer_key.hpp"

#include "model/stored_offer.hpp"

#include <gmock/gmock.h>

namespace nextjob::store {
namespace {

OfferSighting seen(std::string link, std::string text) {
    OfferSighting offer;
    offer.linkKey = std::move(link);
    offer.textKey = std::move(text);
    return offer;
}

// The migrations of databases that kept the texts hash them in SQL: this may never change.
TEST(OfferKey, IsTheBeginningOfTheSha256OfItsText) {
    EXPECT_EQ(static_cast<std::uint64_t>(offerKey("abc")), 0xba7816bf8f01cfeaU);
    EXPECT_EQ(static_cast<std::uint64_t>(offerKey("")), 0xe3b0c44298fc1c14U);
}

TEST(OfferKey, OfALinkNamesItsBoard) {
    EXPECT_NE(boardOfKey("l:linkedin:4012"), 0);
    EXPECT_EQ(boardOfKey("l:linkedin:4012"), boardOfKey("l:linkedin:7"));
    EXPECT_NE(boardOfKey("l:linkedin:4012"), boardOfKey("l:indeed:4012"));
    for (const char* none : {"l:web:jobs.example/1", "l:", "l:linkedin", "t:linkedin:4012", ""})
        EXPECT_EQ(boardOfKey(none), 0) << none;
}

TEST(OfferKey, OfferWithoutLinkOrWordsLacksThatKey) {
    EXPECT_FALSE(keysOf(seen("", "cook")).link);
    EXPECT_EQ(keysOf(seen("", "cook")).text, offerKey("t:cook"));
    EXPECT_FALSE(keysOf(seen("linkedin:1", "")).text);
    EXPECT_EQ(keysOf(seen("linkedin:1", "")).link, offerKey("l:linkedin:1"));
}

TEST(OfferKey, ALinkThatSeveralOffersShareIsNoneOfTheirs) {
    const auto keys = keysOf(std::vector{seen("web:all", "cook"), seen("web:all", "baker"), seen("web:one", "smith"),
                                         seen("web:one", "smith")});
    EXPECT_FALSE(keys[0].link);
    EXPECT_FALSE(keys[1].link);
    EXPECT_EQ(keys[2].link, offerKey("l:web:one"));
    EXPECT_EQ(keys[3].link, offerKey("l:web:one"));
}

}  // namespace
}  // namespace nextjob::store
