#include "contract/offers_fixture.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <set>
#include <thread>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class OfferListTest : public OffersFixture {};

TEST_P(OfferListTest, AHiddenOfferIsListedOnlyWhenAskedFor) {
    receive(ada, {sighting("Engineer", "", "engineer"), sighting("Cook", "", "cook")});
    const OfferId cook = get(offers().list(ada, {.text = "cook"}, {}, {})).items.at(0).id;
    get(offers().setState(ada, cook, OfferState::Hidden, ""));
    EXPECT_THAT(titles(), ElementsAre("Engineer"));
    EXPECT_EQ(get(offers().count(ada, {})), 1);
    EXPECT_THAT(titles({.states = {OfferState::Hidden}}), ElementsAre("Cook"));
    receive(ada, {sighting("Cook", "", "cook")});
    EXPECT_THAT(titles(), ElementsAre("Engineer")) << "the next mail does not show it again";
    EXPECT_EQ(get(offers().find(ada, cook)).sightings, 2);
    EXPECT_EQ(errorOf(offers().setState(ada, cook + 50, OfferState::Saved, "")), ErrorCode::NotFound);
}

TEST_P(OfferListTest, TheListIsFiltered) {
    OfferSighting remote = sighting("Remote Engineer", "", "1");
    remote.facts.workMode = WorkMode::Remote;
    remote.facts.company = "Öko GmbH";
    remote.score.matchScore = 8;
    OfferSighting hybrid = sighting("Hybrid Engineer", "", "2");
    hybrid.facts.workMode = WorkMode::Hybrid;
    hybrid.score.matchScore = 6;
    OfferSighting unknown = sighting("Engineer", "", "3");
    unknown.score.matchScore = 3;
    receive(ada, {remote, hybrid, unknown});

    EXPECT_THAT(titles({.minScore = 6}), ElementsAre("Remote Engineer", "Hybrid Engineer"));
    EXPECT_THAT(titles({.workModes = {WorkMode::Remote}}), ElementsAre("Remote Engineer"));
    EXPECT_THAT(titles({.workModes = {WorkMode::Remote, WorkMode::Hybrid}}), SizeIs(2));
    EXPECT_THAT(titles({.company = "öKO"}), ElementsAre("Remote Engineer"));
    EXPECT_THAT(titles({.company = "oko gmbh"}), ElementsAre("Remote Engineer"));
    EXPECT_THAT(titles({.company = "%"}), IsEmpty());
    EXPECT_THAT(titles({.minScore = 6, .company = "acme", .text = "engineer"}), ElementsAre("Hybrid Engineer"));
    EXPECT_EQ(get(offers().count(ada, {.minScore = 6})), 2);
    EXPECT_EQ(get(offers().list(ada, {.minScore = 6}, {}, {.limit = 1, .offset = 0, .cursor = ""})).count, 2);
}

TEST_P(OfferListTest, WordsAreFoundWholeInAnyCaseWithOrWithoutAccents) {
    OfferSighting cpp = sighting("C++ Développeur", "", "1");
    cpp.facts.description = "full-stack work, Київ";
    receive(ada, {cpp, sighting("C# Developer", "", "2"), sighting("C Developer", "", "3")});
    EXPECT_THAT(search("c++"), ElementsAre("C++ Développeur"));
    EXPECT_THAT(search("C#"), ElementsAre("C# Developer"));
    EXPECT_THAT(search("DEVELOPPEUR"), ElementsAre("C++ Développeur"));
    EXPECT_THAT(search("full-stack київ"), ElementsAre("C++ Développeur"));
    EXPECT_THAT(search("developer acme"), SizeIs(2));
    EXPECT_THAT(search("developer nowhere"), IsEmpty());
    cpp.facts.location = "Lyon";
    receive(ada, {cpp});
    EXPECT_THAT(search("lyon"), ElementsAre("C++ Développeur")) << "what a later mail adds is found too";
    EXPECT_THAT(search("c++"), ElementsAre("C++ Développeur"));
    check(offers().remove(ada, get(offers().list(ada, {.text = "lyon"}, {}, {})).items.at(0).id));
    EXPECT_THAT(search("lyon"), IsEmpty());
    EXPECT_THAT(get(store->check()), IsEmpty());
}

TEST_P(OfferListTest, WordsEndAtSignsOfAnyKind) {
    OfferSighting mixed = sighting("Python–SQL (Größe) x\u00a0Rust", "", "1");  // an en dash and a no-break space
    mixed.facts.company = "Ünal&Sons";
    mixed.facts.location = "Kraków/Remote";
    mixed.facts.skills = {"C++", "Node.js", "Übersetzen"};
    mixed.facts.description =
        "cafe\u0301s,Caf\xff"
        "teria\nßtart 東京 don't";
    receive(ada, {mixed, sighting("Pythons", "", "2")});
    for (const std::string word :
         {"python", "SQL", "grosse",     "x",     "rust", "unal",  "sons",   "krakow", "remote", "c++",
          "node",   "js",  "ubersetzen", "cafes", "caf",  "teria", "sstart", "東京",   "don",    "T"})
        EXPECT_THAT(search(word), ElementsAre(mixed.facts.title)) << word;
    for (const std::string word : {"pyth", "gro", "e", "nal", "krak", "w", "c", "cafe", "s", "start", "東", "n"})
        EXPECT_THAT(search(word), IsEmpty()) << word;
}

TEST_P(OfferListTest, NoSearchTextIsSyntax) {
    receive(ada, {sighting("Engineer", "", "1")});
    for (const std::string hostile : {"\"",
                                      "'",
                                      "engineer\"",
                                      "* OR *",
                                      "engineer*",
                                      "title : engineer",
                                      "owner : user2",
                                      "NEAR(engineer, 2)",
                                      "NOT engineer",
                                      "{title company} : x",
                                      "^engineer",
                                      "-",
                                      "()",
                                      ");drop table offers;--",
                                      "engineer AND",
                                      "OR",
                                      "\xff\xfe",
                                      "a\x01z",
                                      "😀",
                                      "$1",
                                      "%",
                                      "_",
                                      "+",
                                      "#",
                                      "\\",
                                      "—"}) {
        const auto page = run(offers().list(ada, {.text = hostile}, {}, {}));
        ASSERT_TRUE(page.has_value()) << hostile << ": " << page.error().message;
        EXPECT_EQ(get(offers().count(ada, {.text = hostile})), page->count) << hostile;
    }
    EXPECT_THAT(search(std::string("engi\0neer", 9)), IsEmpty());
    EXPECT_THAT(search("engineer*"), ElementsAre("Engineer"));
    EXPECT_THAT(search("\"engineer\""), ElementsAre("Engineer"));
    EXPECT_THAT(search("—"), IsEmpty());
    EXPECT_THAT(search(std::string(100'000, 'x')), IsEmpty());
    std::string many;
    for (int word = 0; word < 1000; ++word) many += "engineer ";
    EXPECT_THAT(search(many), ElementsAre("Engineer"));
}

TEST_P(OfferListTest, TheListIsOrderedWithTheNewestFirstAmongEquals) {
    OfferSighting zebra = sighting("zebra keeper", "", "1");
    zebra.facts.company = "Zoo";
    zebra.score.matchScore = 2;
    OfferSighting baker = sighting("Baker", "", "2");
    baker.facts.company = "acme";
    baker.score.matchScore = 9;
    OfferSighting cook = sighting("cook", "", "3");
    cook.facts.company = "Émile";
    cook.score.matchScore = 9;
    receive(ada, {zebra}, 3);
    receive(ada, {baker}, 1);
    receive(ada, {cook}, 2);
    receive(ada, {baker}, 9);

    EXPECT_THAT(titles({}, {OfferOrder::Score, true}), ElementsAre("cook", "Baker", "zebra keeper"));
    EXPECT_THAT(titles({}, {OfferOrder::Score, false}), ElementsAre("zebra keeper", "Baker", "cook"));
    EXPECT_THAT(titles({}, {OfferOrder::FirstSeen, true}), ElementsAre("zebra keeper", "cook", "Baker"));
    EXPECT_THAT(titles({}, {OfferOrder::LastSeen, true}), ElementsAre("Baker", "zebra keeper", "cook"));
    EXPECT_THAT(titles({}, {OfferOrder::Company, false}), ElementsAre("Baker", "cook", "zebra keeper"));
    EXPECT_THAT(titles({}, {OfferOrder::Title, false}), ElementsAre("Baker", "cook", "zebra keeper"));
}

TEST_P(OfferListTest, PagesByCursorAndOffsetShowEveryOfferOnceInEveryOrder) {
    std::vector<OfferSighting> many;
    for (int number = 0; number < 25; ++number) {
        many.push_back(sighting("Title " + std::to_string(number % 7), "", std::to_string(number)));
        many.back().score.matchScore = number % 3;
        many.back().facts.company = (number % 2 == 0 ? "Company " : "Cömpany ") + std::to_string(number % 4);
    }
    receive(ada, many);
    for (const OfferOrder by :
         {OfferOrder::Score, OfferOrder::FirstSeen, OfferOrder::LastSeen, OfferOrder::Company, OfferOrder::Title}) {
        for (const bool descending : {false, true}) {
            std::vector<OfferId> whole;
            for (const StoredOffer& offer : all({}, {by, descending})) whole.push_back(offer.id);
            ASSERT_THAT(whole, SizeIs(25));

            std::vector<OfferId> walked, offset;
            std::vector<std::string> previous;
            std::string cursor;
            do {
                const auto page =
                    get(offers().list(ada, {}, {by, descending}, {.limit = 10, .offset = 0, .cursor = cursor}));
                for (const StoredOffer& offer : page.items) walked.push_back(offer.id);
                previous.push_back(page.previous);
                cursor = page.next;
            } while (!cursor.empty());
            EXPECT_EQ(walked, whole);
            EXPECT_EQ(previous.size(), 3U);
            EXPECT_EQ(previous[0], "");

            const auto back =
                get(offers().list(ada, {}, {by, descending}, {.limit = 10, .offset = 0, .cursor = previous[2]}));
            ASSERT_THAT(back.items, SizeIs(10));
            EXPECT_EQ(back.items.front().id, whole[10]);
            const auto first =
                get(offers().list(ada, {}, {by, descending}, {.limit = 10, .offset = 0, .cursor = back.previous}));
            EXPECT_EQ(first.items.front().id, whole[0]);
            EXPECT_EQ(first.previous, "");

            for (int start = 0; start < 25; start += 10) {
                for (const StoredOffer& offer :
                     get(offers().list(ada, {}, {by, descending}, {.limit = 10, .offset = start, .cursor = ""}))
                         .items) {
                    offset.push_back(offer.id);
                }
            }
            EXPECT_EQ(offset, whole);
        }
    }
}

TEST_P(OfferListTest, ACursorHoldsItsPlaceWhileOffersComeAndGo) {
    std::vector<OfferSighting> many;
    for (int number = 0; number < 20; ++number)
        many.push_back(sighting("T" + std::to_string(number), "", std::to_string(number)));
    receive(ada, many);
    const auto before = all();
    const auto first = get(offers().list(ada, {}, {}, {.limit = 10, .offset = 0, .cursor = ""}));

    OfferSighting better = sighting("Better", "", "better");
    better.score.matchScore = 10;
    OfferSighting worse = sighting("Worse", "", "worse");
    worse.score.matchScore = 0;
    receive(ada, {better, worse});
    check(offers().remove(ada, first.items.back().id));
    check(offers().remove(ada, before[12].id));

    const auto second = get(offers().list(ada, {}, {}, {.limit = 50, .offset = 0, .cursor = first.next}));
    std::vector<std::string> expected;
    for (std::size_t place = 10; place < before.size(); ++place) {
        if (place != 12) expected.push_back(before[place].facts.title);
    }
    expected.emplace_back("Worse");
    std::vector<std::string> shown;
    for (const StoredOffer& offer : second.items) shown.push_back(offer.facts.title);
    EXPECT_EQ(shown, expected);
}

TEST_P(OfferListTest, ADamagedCursorIsRefused) {
    receive(ada, {sighting("A", "", "a"), sighting("B", "", "b")});
    const std::string good = get(offers().list(ada, {}, {}, {.limit = 1, .offset = 0, .cursor = ""})).next;
    ASSERT_NE(good, "");
    const auto at = [&](const std::string& cursor, OfferSort sort) {
        return errorOf(offers().list(ada, {}, sort, {.limit = 1, .offset = 0, .cursor = cursor}));
    };
    EXPECT_EQ(at(good, {OfferOrder::Score, true}), std::nullopt);
    EXPECT_EQ(at(good, {OfferOrder::Score, false}), ErrorCode::Invalid);
    EXPECT_EQ(at(good, {OfferOrder::Title, true}), ErrorCode::Invalid);
    for (const std::string& bad : {std::string("x"), good.substr(0, good.size() / 2), std::string("' or 1=1"),
                                   std::string("a\0b", 3), std::string(1'000'000, 'A')}) {
        EXPECT_EQ(at(bad, {}), ErrorCode::Invalid) << bad.substr(0, 40);
    }
}

TEST_P(OfferListTest, TheMarkOfAListChangesWithWhateverTheListShows) {
    receive(eve, {sighting("Smith", "board:3", "smith")});
    const auto mark = [this] { return get(offers().listMark(ada)); };
    EXPECT_EQ(mark(), (OfferListMark{.changes = 0, .email = "Ada@example.org"}));
    OfferId offer = 0;
    const auto changes = {
        std::function([&] {
            receive(ada, {sighting("Cook", "board:1", "cook"), sighting("Baker", "board:2", "baker")});
            offer = all()[0].id;
        }),
        std::function([&] { get(offers().setState(ada, offer, OfferState::Saved, "")); }),
        std::function([&] {
            const StoredOffer known = get(offers().find(ada, offer));
            Judgement judgement{.offer = offer, .revision = known.revision, .score = known.score};
            judgement.score.reason = "Judged anew.";
            check(offers().rescore(ada, {judgement}));
        }),
        std::function([&] { receive(ada, {sighting("Baker", "board:2", "baker")}, 2); }),
        std::function([&] {
            const DeliveredOffer fresh{
                .user = ada, .source = "service", .sourceId = "", .sighting = sighting("Potter", "board:4", "potter")};
            get(offers().deliver(std::make_shared<const std::vector<DeliveredOffer>>(1, fresh)));
        }),
        std::function([&] { get(users().update(ada, {.email = "ada@example.net"})); }),
        std::function([&] { check(offers().remove(ada, offer)); }),
    };
    auto before = mark();
    for (const auto& change : changes) {
        change();
        const auto after = mark();
        EXPECT_NE(after, before);
        before = after;
    }
    receive(eve, {sighting("Smith", "board:3", "smith")}, 2);
    get(offers().list(ada, {}, {}, {}));
    EXPECT_EQ(mark(), before) << "nothing of hers has changed";
}

TEST_P(OfferListTest, NobodyHasNoMark) { EXPECT_EQ(errorOf(offers().listMark(999'999)), ErrorCode::NotFound); }

TEST_P(OfferListTest, WhoeverAsksForAMarkGetsTheirOwnHoweverManyAsk) {
    receive(ada, {sighting("Cook", "board:1", "cook")});
    const auto adas = get(offers().listMark(ada)), eves = get(offers().listMark(eve));
    ASSERT_NE(adas, eves);
    std::vector<std::jthread> askers;
    for (int asker = 0; asker < 6; ++asker) {
        askers.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                EXPECT_EQ(get(offers().listMark(ada)), adas);
                EXPECT_EQ(errorOf(offers().listMark(999'999)), ErrorCode::NotFound);
                EXPECT_EQ(get(offers().listMark(eve)), eves);
            }
        });
    }
}

TEST_P(OfferListTest, AMarkIsAsNewAsTheLastChangeHoweverManyAsk) {
    std::atomic<bool> over{false};
    std::vector<std::jthread> askers;
    for (int asker = 0; asker < 4; ++asker) {
        askers.emplace_back([&] {
            while (!over) get(offers().listMark(ada));
        });
    }
    for (int change = 1; change <= 50; ++change) {
        receive(ada, {sighting("Cook", "board:" + std::to_string(change), "cook " + std::to_string(change))}, change);
        EXPECT_EQ(get(offers().listMark(ada)).changes, change);
    }
    over = true;
}

INSTANTIATE_TEST_SUITE_P(Engines, OfferListTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
