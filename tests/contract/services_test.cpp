#include "contract/engine.hpp"
#include "store/google_credentials.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace nextjob::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

DeliveredOffer delivered(UserId user, const std::string& title, const std::string& message = "m1") {
    DeliveredOffer offer;
    offer.user = user;
    offer.source = "gmail";
    offer.sourceId = message;
    offer.sighting = sighting(title, "board:" + title, title + "|acme|berlin");
    offer.sighting.score.reason = "A service says so.";
    return offer;
}

std::vector<Delivery> outcomes(const store::DeliveryReport& report) {
    std::vector<Delivery> found;
    for (const auto& item : report.items) found.push_back(item.outcome);
    return found;
}

class DeliveriesTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ada = addUser("ada@example.org");
        eve = addUser("eve@example.org");
    }

    store::DeliveryReport deliver(std::vector<DeliveredOffer> batch) {
        return get(offers().deliver(std::make_shared<const std::vector<DeliveredOffer>>(std::move(batch))));
    }

    UserId ada = 0, eve = 0;
};

TEST_P(DeliveriesTest, OffersOfServicesAreKeptWithTheirScores) {
    const auto report = deliver({delivered(ada, "Cook"), delivered(eve, "Welder")});
    EXPECT_THAT(outcomes(report), ElementsAre(Delivery::Created, Delivery::Created));
    const StoredOffer cook = get(offers().find(ada, report.items[0].offer));
    EXPECT_EQ(cook.facts.title, "Cook");
    EXPECT_EQ(cook.score.reason, "A service says so.");
    EXPECT_EQ(cook.source, "gmail");
    EXPECT_EQ(cook.sourceId, "m1");
    EXPECT_EQ(cook.sightings, 1);
    EXPECT_EQ(errorOf(offers().find(ada, report.items[1].offer)), ErrorCode::NotFound) << "it is eve's";
    EXPECT_THAT(get(offers().usersWithStale()), IsEmpty()) << "the service's score stands";
}

TEST_P(DeliveriesTest, TheSameBatchAgainAddsNothing) {
    const std::vector batch{delivered(ada, "Cook"), delivered(ada, "Welder"), delivered(ada, "Cook", "m2")};
    const auto first = deliver(batch);
    EXPECT_THAT(outcomes(first), ElementsAre(Delivery::Created, Delivery::Created, Delivery::Updated));
    const auto again = deliver(batch);
    EXPECT_THAT(outcomes(again), ElementsAre(Delivery::Unchanged, Delivery::Unchanged, Delivery::Unchanged));
    for (std::size_t i = 0; i < batch.size(); ++i) EXPECT_EQ(again.items[i].offer, first.items[i].offer);
    EXPECT_EQ(get(offers().count(ada, {})), 2);
    EXPECT_EQ(get(offers().find(ada, first.items[0].offer)).sightings, 2);
}

TEST_P(DeliveriesTest, AnOfferWithoutAMessageIsTheJobAndNothingElse) {
    DeliveredOffer cook = delivered(ada, "Cook", ""), welder = delivered(ada, "Welder", "");
    welder.sighting.linkKey = cook.sighting.linkKey = "";
    const auto first = deliver({cook, welder});
    EXPECT_THAT(outcomes(first), ElementsAre(Delivery::Created, Delivery::Created));
    EXPECT_THAT(outcomes(deliver({cook, welder, cook})),
                ElementsAre(Delivery::Unchanged, Delivery::Unchanged, Delivery::Unchanged));
    EXPECT_THAT(get(messages().list(ada, {}, {})).items, IsEmpty());
    const OfferId id = first.items[0].offer;
    EXPECT_THAT(get(offers().sightings(ada, id, {})).items, IsEmpty());
    EXPECT_EQ(errorOf(offers().sightings(eve, id, {})), ErrorCode::NotFound);
    EXPECT_EQ(get(offers().find(ada, id)).sightings, 0);

    cook.sighting.facts.location = "Berlin";
    cook.sighting.score.reason = "It is near.";
    EXPECT_THAT(outcomes(deliver({cook})), ElementsAre(Delivery::Updated));
    EXPECT_EQ(get(offers().find(ada, id)).facts.location, "Berlin");
    EXPECT_EQ(get(offers().find(ada, id)).score.reason, "It is near.");
    check(offers().remove(ada, id));
    EXPECT_THAT(outcomes(deliver({cook})), ElementsAre(Delivery::Suppressed));
    EXPECT_THAT(get(store->check()), IsEmpty());
}

TEST_P(DeliveriesTest, AJobThatSeveralServicesBringAtOnceIsKeptOnce) {
    constexpr int services = 4, jobs = 200;
    std::atomic<int> created{0}, known{0};
    {
        std::vector<std::jthread> threads;
        for (int service = 0; service < services; ++service) {
            threads.emplace_back([&, service] {
                for (int job = 0; job < jobs; ++job) {
                    const std::string title = "Job " + std::to_string(job);
                    // Each knows it by a link of its own, and brings the two users in another order.
                    DeliveredOffer adas = delivered(ada, title, ""), eves = delivered(eve, title, "");
                    adas.sighting.linkKey = eves.sighting.linkKey = "web:" + std::to_string(service) + "/" + title;
                    const auto report = service % 2 == 0 ? deliver({adas, eves}) : deliver({eves, adas});
                    for (const auto& item : report.items) ++(item.outcome == Delivery::Created ? created : known);
                }
            });
        }
    }
    EXPECT_EQ(created, 2 * jobs);
    EXPECT_EQ(known, 2 * jobs * (services - 1));
    EXPECT_EQ(get(offers().count(ada, {})), jobs);
    EXPECT_EQ(get(offers().count(eve, {})), jobs);
    EXPECT_THAT(get(store->check()), IsEmpty());
}

TEST_P(DeliveriesTest, AUserErasedWhileServicesBringOffersLeavesNothing) {
    {
        std::vector<std::jthread> services;
        for (int service = 0; service < 3; ++service) {
            services.emplace_back([&, service] {
                for (int job = 0; job < 1000; ++job) {
                    const std::string title = "Job " + std::to_string(service) + "." + std::to_string(job);
                    if (!deliver({delivered(ada, title, ""), delivered(eve, title, "")}).strangers.empty()) break;
                }
            });
        }
        while (get(offers().count(ada, {})) < 20) std::this_thread::yield();
        check(users().erase(ada));
    }
    EXPECT_THAT(deliver({delivered(ada, "Cook")}).strangers, ElementsAre(0U));
    EXPECT_GE(get(offers().count(eve, {})), 20);
    EXPECT_THAT(get(store->check()), IsEmpty());
}

TEST_P(DeliveriesTest, AnUnknownUserKeepsTheWholeBatchOut) {
    const auto report = deliver({delivered(ada, "Cook"), delivered(ada + 100, "Welder"), delivered(0, "Nurse")});
    EXPECT_THAT(report.strangers, ElementsAre(1U, 2U));
    EXPECT_THAT(report.items, IsEmpty());
    EXPECT_EQ(get(offers().count(ada, {})), 0);
    EXPECT_EQ(get(messages().counts(ada)).all(), 0);
}

TEST_P(DeliveriesTest, AJobThatAMailBroughtIsTheSameJob) {
    const auto accepted = get(queue->accept({mail(ada, "one")}));
    OfferSighting mailed = sighting("Cook", "board:Cook", "Cook|acme|berlin");
    get(offers().ingest({analysed(ada, accepted.items[0].message, {mailed})}));
    DeliveredOffer more = delivered(ada, "Cook");
    more.sighting.facts.location = "Berlin";
    const auto report = deliver({more});
    EXPECT_THAT(outcomes(report), ElementsAre(Delivery::Updated));
    EXPECT_EQ(get(offers().count(ada, {})), 1);
    EXPECT_EQ(get(offers().find(ada, report.items[0].offer)).facts.location, "Berlin");
}

TEST_P(DeliveriesTest, WhatTheUserDeletedStaysDeleted) {
    const auto first = deliver({delivered(ada, "Cook")});
    check(offers().remove(ada, first.items[0].offer));
    const auto again = deliver({delivered(ada, "Cook", "m2")});
    EXPECT_THAT(outcomes(again), ElementsAre(Delivery::Suppressed));
    EXPECT_EQ(again.items[0].offer, 0);
    EXPECT_EQ(get(offers().count(ada, {})), 0);
}

TEST_P(DeliveriesTest, AMessageOfTheLedgerIsNotEnteredTwice) {
    deliver({delivered(ada, "Cook"), delivered(ada, "Welder")});
    const auto all = get(messages().list(ada, {}, {}));
    ASSERT_THAT(all.items, SizeIs(1));
    EXPECT_EQ(all.items[0].state, MessageState::Done);
    EXPECT_EQ(all.items[0].source, "gmail");
    EXPECT_EQ(all.items[0].sourceId, "m1");
    EXPECT_EQ(all.items[0].found, 2);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
}

TEST_P(DeliveriesTest, AChangeOfWishesMakesAServicesScoreStale) {
    deliver({delivered(ada, "Cook")});
    check(store->preferences().set(ada, R"({"places":["Berlin"]})"));
    EXPECT_THAT(get(offers().usersWithStale()), ElementsAre(ada));
}

TEST_P(DeliveriesTest, AnyBytesAreKept) {
    DeliveredOffer odd = delivered(ada,
                                   "Ko\xff"
                                   "ch '; drop table offers; --",
                                   "id with \"quotes\" and \xf0\x9f\x9a\x80");
    const auto report = deliver({odd});
    EXPECT_THAT(get(offers().find(ada, report.items[0].offer)).facts.title, testing::StartsWith("Ko"));
    EXPECT_THAT(outcomes(deliver({odd})), ElementsAre(Delivery::Unchanged));
    EXPECT_THAT(get(store->check()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, DeliveriesTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

class ServiceLedgerTest : public DeliveriesTest {};

TEST_P(ServiceLedgerTest, MarkedMessagesAreKnownByTheirSourcesIds) {
    EXPECT_THAT(get(messages().mark(ada, "gmail", {"a", "b", "a"})), ElementsAre(true, true, false));
    EXPECT_THAT(get(messages().mark(ada, "gmail", {"b", "c"})), ElementsAre(false, true));
    EXPECT_THAT(get(messages().knownAt(ada, "gmail", {"c", "x", "a"})), ElementsAre(true, false, true));
    EXPECT_THAT(get(messages().knownAt(ada, "imap", {"a"})), ElementsAre(false));
    EXPECT_THAT(get(messages().knownAt(eve, "gmail", {"a"})), ElementsAre(false)) << "each user has their own ledger";
    EXPECT_EQ(get(messages().counts(ada)).done, 3);
    EXPECT_EQ(errorOf(messages().mark(ada + 100, "gmail", {"a"})), ErrorCode::NotFound);
}

TEST_P(ServiceLedgerTest, AMessageOfTheQueueIsKnownByItsSourcesIdToo) {
    RawMessage raw = mail(ada, "one");
    raw.source = "gmail";
    raw.sourceId = "18f";
    get(queue->accept({raw}));
    EXPECT_THAT(get(messages().knownAt(ada, "gmail", {"18f"})), ElementsAre(true));
    EXPECT_THAT(get(messages().mark(ada, "gmail", {"18f"})), ElementsAre(false));
    EXPECT_EQ(get(messages().counts(ada)).queued, 1) << "it still waits";
}

INSTANTIATE_TEST_SUITE_P(Engines, ServiceLedgerTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

class StatesTest : public DeliveriesTest {};

TEST_P(StatesTest, EveryStepIsRemembered) {
    const OfferId id = deliver({delivered(ada, "Cook")}).items[0].offer;
    EXPECT_THAT(get(offers().history(ada, id)), IsEmpty());
    EXPECT_EQ(get(offers().setState(ada, id, OfferState::Applied, "By their form.")).state, OfferState::Applied);
    *clock += 1000;
    get(offers().setState(ada, id, OfferState::Interview, ""));
    get(offers().setState(ada, id, OfferState::Interview, ""));
    get(offers().setState(ada, id, OfferState::Interview, "Second talk."));
    const auto steps = get(offers().history(ada, id));
    ASSERT_THAT(steps, SizeIs(3)) << "a step that changes nothing and says nothing leaves no trace";
    EXPECT_EQ(steps[0].from, OfferState::New);
    EXPECT_EQ(steps[0].to, OfferState::Applied);
    EXPECT_EQ(steps[0].note, "By their form.");
    EXPECT_EQ((steps[1].at - steps[0].at).count(), 1000);
    EXPECT_EQ(steps[2].from, OfferState::Interview);
    EXPECT_EQ(steps[2].note, "Second talk.");
}

TEST_P(StatesTest, AStrangersOfferIsNotThere) {
    const OfferId id = deliver({delivered(ada, "Cook")}).items[0].offer;
    EXPECT_EQ(errorOf(offers().history(eve, id)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(offers().setState(eve, id, OfferState::Saved, "mine")), ErrorCode::NotFound);
    EXPECT_THAT(get(offers().history(ada, id)), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, StatesTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

class FiltersTest : public DeliveriesTest {
  protected:
    std::vector<std::string> titles(OfferFilter filter) {
        std::vector<std::string> found;
        for (const auto& offer : get(offers().list(ada, std::move(filter), {OfferOrder::Title, false}, {})).items)
            found.push_back(offer.facts.title);
        return found;
    }
};

TEST_P(FiltersTest, BySourceSenderAndFirstSight) {
    RawMessage raw = mail(ada, "one");
    raw.sender = "Job Alerts <alerts@LinkedIn.example>";
    const auto accepted = get(queue->accept({raw}));
    get(offers().ingest({analysed(ada, accepted.items[0].message, {sighting("Baker", "b:1", "baker")})}));
    deliver({delivered(ada, "Cook")});
    EXPECT_THAT(titles({.source = "gmail"}), ElementsAre("Cook"));
    EXPECT_THAT(titles({.source = "file"}), ElementsAre("Baker"));
    EXPECT_THAT(titles({.source = "gmail' or 1=1"}), IsEmpty());
    EXPECT_THAT(titles({.sender = "linkedin"}), ElementsAre("Baker"));
    EXPECT_THAT(titles({.sender = "%"}), IsEmpty());
    const Timestamp received = *raw.receivedAt;
    EXPECT_THAT(titles({.since = received}), ElementsAre("Baker", "Cook"));
    EXPECT_THAT(titles({.since = received + std::chrono::milliseconds(1)}), ElementsAre("Cook"));
}

TEST_P(FiltersTest, SightingsComeInPages) {
    std::vector<DeliveredOffer> batch;
    for (int i = 0; i < 5; ++i) batch.push_back(delivered(ada, "Cook", "m" + std::to_string(i)));
    const OfferId id = deliver(batch).items[0].offer;
    const auto first = get(offers().sightings(ada, id, {.limit = 3, .offset = 0, .cursor = ""}));
    EXPECT_EQ(first.count, 5);
    ASSERT_THAT(first.items, SizeIs(3));
    const auto rest = get(offers().sightings(ada, id, {.limit = 3, .offset = 0, .cursor = first.next}));
    EXPECT_THAT(rest.items, SizeIs(2));
    EXPECT_EQ(rest.next, "");
}

TEST_P(FiltersTest, UsersAreFoundByPartOfAddressOrName) {
    UserChanges named;
    named.fullName = "Eve Adams";
    get(users().update(eve, named));
    const auto found = [this](const std::string& search) {
        std::vector<UserId> ids;
        for (const auto& user : get(users().list(search, {})).items) ids.push_back(user.id);
        return ids;
    };
    EXPECT_THAT(found(""), ElementsAre(ada, eve));
    EXPECT_THAT(found("ADA"), ElementsAre(ada, eve)) << "Adams too";
    EXPECT_THAT(found("eve@"), ElementsAre(eve));
    EXPECT_THAT(found("%"), IsEmpty());
}

TEST_P(FiltersTest, TotalsCountAllUsersTogether) {
    deliver({delivered(ada, "Cook"), delivered(eve, "Cook")});
    const auto totals = get(store->totals());
    EXPECT_EQ(totals.users, 2);
    EXPECT_EQ(totals.offers, 2);
    EXPECT_EQ(totals.messages.done, 2);
}

INSTANTIATE_TEST_SUITE_P(Engines, FiltersTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

class GoogleCredentialsTest : public DeliveriesTest {
  protected:
    store::GoogleCredentials& google() { return store->googleCredentials(); }

    static GoogleCredential credential(UserId user, const std::string& sealed) {
        return {.user = user, .email = "ada@gmail.example", .sealed = sealed, .keyId = "k1", .expiry = {}};
    }
};

TEST_P(GoogleCredentialsTest, OneAccountAUserWithAnyBytesSealed) {
    const std::string bytes("\0\xff sealed\0", 10);
    check(google().put(credential(ada, "first")));
    GoogleCredential second = credential(ada, bytes);
    second.expiry = Timestamp(std::chrono::milliseconds(1'790'000'123'456));
    check(google().put(second));
    const auto found = get(google().find(ada));
    EXPECT_EQ(found.sealed, bytes);
    EXPECT_EQ(found.email, "ada@gmail.example");
    EXPECT_EQ(found.keyId, "k1");
    EXPECT_EQ(found.expiry, second.expiry);
    EXPECT_EQ(errorOf(google().find(eve)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(google().put(credential(ada + 100, "x"))), ErrorCode::NotFound);
    check(google().remove(ada));
    EXPECT_EQ(errorOf(google().remove(ada)), ErrorCode::NotFound);
}

TEST_P(GoogleCredentialsTest, AnAccountIsOneUsersAndFoundByItsId) {
    GoogleCredential first = credential(ada, "s");
    first.subject = "1001";
    first.clientId = "the telephone";
    check(google().put(first));
    EXPECT_EQ(get(google().findBySubject("1001")).user, ada);
    EXPECT_EQ(get(google().findBySubject("1001")).clientId, "the telephone");
    GoogleCredential second = credential(eve, "s");
    second.subject = "1001";
    EXPECT_EQ(errorOf(google().put(second)), ErrorCode::Conflict);
    EXPECT_EQ(errorOf(google().find(eve)), ErrorCode::NotFound);
    second.subject = "";
    check(google().put(second));
    EXPECT_EQ(errorOf(google().findBySubject("")), ErrorCode::NotFound) << "an id that is not known is nobody's";
    check(google().remove(ada));
    second.subject = "1001";
    check(google().put(second));
    EXPECT_EQ(get(google().findBySubject("1001")).user, eve);
}

TEST_P(GoogleCredentialsTest, OnlyTheVersionThatWasReadIsChanged) {
    check(google().put(credential(ada, "first")));
    GoogleCredential mine = get(google().find(ada));
    mine.sealed = std::string("re\0newed", 8);
    mine.keyId = "k2";
    mine.expiry = Timestamp(std::chrono::milliseconds(5));
    EXPECT_TRUE(get(google().renew(mine)));
    EXPECT_FALSE(get(google().renew(mine))) << "another one was faster";
    const auto now = get(google().find(ada));
    EXPECT_EQ(now.sealed, mine.sealed);
    EXPECT_EQ(now.keyId, "k2");
    EXPECT_EQ(now.expiry, mine.expiry);
    EXPECT_FALSE(get(google().markBroken(ada, mine.version, "late"))) << "it was renewed meanwhile";
    EXPECT_EQ(get(google().find(ada)).brokenAt, std::nullopt);
    EXPECT_FALSE(get(google().renew(credential(eve, "none")))) << "there is none";
}

TEST_P(GoogleCredentialsTest, ABrokenOneIsWholeWhenItIsPutAgain) {
    GoogleCredential one = credential(ada, "s");
    one.subject = "1001";
    check(google().put(one));
    const auto since = get(google().find(ada)).connectedAt;
    *clock += 1000;
    check(google().put(one));
    EXPECT_EQ(get(google().find(ada)).connectedAt, since) << "the same account, never broken";
    *clock += 1000;
    EXPECT_TRUE(get(google().markBroken(ada, get(google().find(ada)).version, "Access was withdrawn.")));
    const auto broken = get(google().find(ada));
    EXPECT_EQ(broken.brokenAt, since + std::chrono::milliseconds(2000));
    EXPECT_EQ(broken.brokenReason, "Access was withdrawn.");
    *clock += 1000;
    check(google().put(one));
    const auto again = get(google().find(ada));
    EXPECT_EQ(again.brokenAt, std::nullopt);
    EXPECT_EQ(again.brokenReason, "");
    EXPECT_EQ(again.connectedAt, since + std::chrono::milliseconds(3000));
    EXPECT_GT(again.version, broken.version);
}

TEST_P(GoogleCredentialsTest, AreReadInPartsOfActiveUsersOnly) {
    const UserId bob = addUser("bob@example.org");
    for (const UserId user : {ada, eve, bob}) check(google().put(credential(user, "s")));
    UserChanges barred;
    barred.isActive = false;
    get(users().update(eve, barred));
    const auto first = get(google().after(0, 1));
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_EQ(first[0].user, ada);
    const auto rest = get(google().after(ada, 10));
    ASSERT_THAT(rest, SizeIs(1));
    EXPECT_EQ(rest[0].user, bob);
}

INSTANTIATE_TEST_SUITE_P(Engines, GoogleCredentialsTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
