#include "api/rendered_offers.hpp"

#include <gmock/gmock.h>

namespace nextjob::api {
namespace {

using testing::ElementsAre;
using testing::IsNull;
using testing::Pointee;

OfferMark mark(OfferId offer, OfferVersion version = 1, std::string email = "ada@example.org") {
    return {.offer = offer, .version = version, .email = std::move(email)};
}

RenderedOffers::Json json(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

TEST(RenderedOffers, KeepsAnOfferForAsLongAsItIsWhatItWas) {
    RenderedOffers offers(10'000);
    offers.keep(mark(7), json("seven"));
    EXPECT_THAT(offers.find({mark(8), mark(7)}), ElementsAre(IsNull(), Pointee(std::string("seven"))));
    EXPECT_THAT(offers.find({mark(7, 2)}), ElementsAre(IsNull()));
    EXPECT_THAT(offers.find({mark(7, 1, "ada@example.com")}), ElementsAre(IsNull()));
}

TEST(RenderedOffers, ANewerStateStays) {
    RenderedOffers offers(10'000);
    offers.keep(mark(7, 2), json("new"));
    offers.keep(mark(7, 1), json("old"));
    EXPECT_THAT(offers.find({mark(7, 2)}), ElementsAre(Pointee(std::string("new"))));
    offers.keep(mark(7, 3), json("newer"));
    EXPECT_THAT(offers.find({mark(7, 3)}), ElementsAre(Pointee(std::string("newer"))));
}

TEST(RenderedOffers, WhatWasNotAskedForLongestGoesFirst) {
    RenderedOffers offers(10'000);
    const std::string large(4'000, 'x');
    offers.keep(mark(1), json(large));
    offers.keep(mark(2), json(large));
    EXPECT_THAT(offers.find({mark(1)}), ElementsAre(Pointee(large)));
    offers.keep(mark(3), json(large));
    EXPECT_THAT(offers.find({mark(1), mark(2), mark(3)}), ElementsAre(Pointee(large), IsNull(), Pointee(large)));
}

TEST(RenderedOffers, WhatIsTooLargeIsNotKept) {
    RenderedOffers offers(1'000);
    offers.keep(mark(1), json(std::string(2'000, 'x')));
    EXPECT_THAT(offers.find({mark(1)}), ElementsAre(IsNull()));
}

}  // namespace
}  // namespace nextjob::api
