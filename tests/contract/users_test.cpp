#include "contract/engine.hpp"

#include <gmock/gmock.h>

namespace nextjob::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class UsersTest : public StoreTest {};

TEST_P(UsersTest, ANewUserIsFoundByIdAndByAddressInAnyCase) {
    NewUser user;
    user.email = "Ada.Lovelace@Example.org";
    user.passwordHash = "$argon2id$made-by-auth";
    user.fullName = "Ada";
    user.isSuperuser = true;
    const User made = get(users().create(user));

    EXPECT_EQ(made.email, "Ada.Lovelace@Example.org");
    EXPECT_TRUE(made.isActive);
    EXPECT_FALSE(made.isVerified);
    EXPECT_TRUE(made.isSuperuser);
    EXPECT_EQ(made.created.time_since_epoch().count(), clock->load());
    EXPECT_EQ(get(users().find(made.id)).fullName, "Ada");
    EXPECT_EQ(get(users().findByEmail("ADA.lovelace@example.ORG")).id, made.id);
    EXPECT_EQ(get(users().credentials("ada.lovelace@example.org")).passwordHash, "$argon2id$made-by-auth");
}

TEST_P(UsersTest, AnAddressBelongsToOneUserWhateverItsCase) {
    addUser("ada@example.org");
    NewUser again;
    again.email = "ADA@example.org";
    EXPECT_EQ(errorOf(users().create(again)), ErrorCode::Conflict);
    EXPECT_EQ(errorOf(users().create(NewUser())), ErrorCode::Invalid);
}

TEST_P(UsersTest, UpdateChangesOnlyWhatIsGiven) {
    const UserId ada = addUser("ada@example.org");
    addUser("bob@example.org");
    UserChanges changes;
    changes.fullName = "Ada L.";
    changes.isActive = false;
    const User changed = get(users().update(ada, changes));
    EXPECT_EQ(changed.fullName, "Ada L.");
    EXPECT_FALSE(changed.isActive);
    EXPECT_EQ(changed.email, "ada@example.org");
    EXPECT_EQ(get(users().credentials("ada@example.org")).passwordHash, "hash of ada@example.org");

    UserChanges recased;
    recased.email = "Ada@Example.org";
    EXPECT_EQ(get(users().update(ada, recased)).email, "Ada@Example.org");
    UserChanges stolen;
    stolen.email = "BOB@example.org";
    EXPECT_EQ(errorOf(users().update(ada, stolen)), ErrorCode::Conflict);
    EXPECT_EQ(errorOf(users().update(ada + 100, changes)), ErrorCode::NotFound);
}

TEST_P(UsersTest, AChangeMayAskForTheAddressAndPasswordThatItWasMadeFor) {
    const UserId ada = addUser("ada@example.org");
    get(users().update(ada, {.passwordHash = "old"}));
    const UserChanges verified{.isVerified = true, .whileEmail = "ADA@example.org", .whilePasswordHash = "old"};
    get(users().update(ada, {.email = "lovelace@example.org"}));
    EXPECT_EQ(errorOf(users().update(ada, verified)), ErrorCode::NotFound);
    get(users().update(ada, {.email = "ada@example.org", .passwordHash = "new"}));
    EXPECT_EQ(errorOf(users().update(ada, verified)), ErrorCode::NotFound);
    EXPECT_FALSE(get(users().find(ada)).isVerified);
    get(users().update(ada, {.passwordHash = "old"}));
    EXPECT_TRUE(get(users().update(ada, verified)).isVerified);
}

TEST_P(UsersTest, EraseTakesEverythingOfTheUserAndNothingOfOthers) {
    const UserId ada = addUser("ada@example.org");
    const UserId bob = addUser("bob@example.org");
    for (const UserId user : {ada, bob}) {
        const auto accepted = get(queue->accept({mail(user, "one")}));
        get(offers().ingest({analysed(user, accepted.items[0].message, {sighting("Engineer", "site/1", "engineer")})}));
        get(queue->accept({mail(user, "two")}));
    }
    check(users().erase(ada));

    EXPECT_EQ(errorOf(users().find(ada)), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(users().erase(ada)), ErrorCode::NotFound);
    EXPECT_EQ(get(offers().count(ada, {})), 0);
    EXPECT_EQ(get(messages().counts(ada)).all(), 0);
    EXPECT_EQ(get(offers().count(bob, {})), 1);
    EXPECT_EQ(get(messages().counts(bob)).all(), 2);
    EXPECT_EQ(get(queue->depth()).ready, 1);
    EXPECT_THAT(get(store->check()), IsEmpty());
}

TEST_P(UsersTest, AnIdIsNeverGivenTwice) {
    const UserId ada = addUser("ada@example.org");
    check(users().erase(ada));
    EXPECT_NE(addUser("bob@example.org"), ada);
}

TEST_P(UsersTest, TheListIsReadPageByPageBothWays) {
    std::vector<UserId> all;
    for (int number = 0; number < 5; ++number) all.push_back(addUser("u" + std::to_string(number) + "@example.org"));

    const auto first = get(users().list("", {.limit = 2, .offset = 0, .cursor = ""}));
    EXPECT_EQ(first.count, 5);
    EXPECT_EQ(first.previous, "");
    const auto second = get(users().list("", {.limit = 2, .offset = 0, .cursor = first.next}));
    const auto third = get(users().list("", {.limit = 2, .offset = 0, .cursor = second.next}));
    ASSERT_EQ(third.items.size(), 1U);
    EXPECT_EQ(third.items[0].id, all[4]);
    EXPECT_EQ(third.next, "");
    const auto back = get(users().list("", {.limit = 2, .offset = 0, .cursor = third.previous}));
    ASSERT_EQ(back.items.size(), 2U);
    EXPECT_EQ(back.items[0].id, all[2]);
    EXPECT_EQ(back.items[1].id, all[3]);
}

INSTANTIATE_TEST_SUITE_P(Engines, UsersTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

class SessionsTest : public StoreTest {
  protected:
    Session open(UserId user, const std::string& hash) {
        NewSession session;
        session.user = user;
        session.tokenHash = hash;
        session.expires = at(1000);
        session.device = "Firefox";
        return get(sessions().create(session));
    }

    // The session after its token was swapped for the next one.
    Session swap(const std::string& hash, const std::string& next, std::int64_t expires) {
        const Rotation rotation = get(sessions().rotate(hash, next, at(expires)));
        EXPECT_FALSE(rotation.reused) << hash;
        return rotation.session;
    }

    Timestamp at(std::int64_t fromNow) const { return Timestamp(std::chrono::milliseconds(clock->load() + fromNow)); }
};

TEST_P(SessionsTest, ATokenIsSwappedForTheNextOneOnce) {
    const UserId ada = addUser("ada@example.org");
    const Session session = open(ada, "a");
    const Session next = swap("a", "b", 2000);
    EXPECT_EQ(next.id, session.id);
    EXPECT_EQ(next.user, ada);
    EXPECT_EQ(next.expires, at(2000));
    EXPECT_EQ(swap("b", "c", 3000).id, session.id);
}

TEST_P(SessionsTest, TheSecondUseOfATokenEndsItsWholeFamilyAndNoOther) {
    const UserId ada = addUser("ada@example.org");
    open(ada, "a");
    open(ada, "other");
    swap("a", "b", 2000);
    const Rotation second = get(sessions().rotate("a", "thief", at(2000)));
    EXPECT_TRUE(second.reused) << "at once: there is no time in which an old token would do";
    EXPECT_EQ(second.session.user, ada) << "whose access ends with it";
    EXPECT_EQ(errorOf(sessions().rotate("b", "c", at(2000))), ErrorCode::Unauthorized);
    EXPECT_EQ(errorOf(sessions().rotate("thief", "d", at(2000))), ErrorCode::Unauthorized);
    EXPECT_EQ(errorOf(sessions().rotate("a", "e", at(2000))), ErrorCode::Unauthorized);
    swap("other", "other-2", 2000);
}

TEST_P(SessionsTest, UnknownExpiredAndEndedTokensAreUnauthorized) {
    const UserId ada = addUser("ada@example.org");
    EXPECT_EQ(errorOf(sessions().rotate("never", "b", at(10))), ErrorCode::Unauthorized);
    open(ada, "late");
    *clock += 1000;
    EXPECT_EQ(errorOf(sessions().rotate("late", "b", at(10))), ErrorCode::Unauthorized);
    open(ada, "out");
    swap("out", "out-2", 2000);
    EXPECT_EQ(get(sessions().endByToken("out")), ada);
    EXPECT_EQ(errorOf(sessions().rotate("out-2", "out-3", at(10))), ErrorCode::Unauthorized);
    EXPECT_EQ(get(sessions().endByToken("never")), 0);
}

TEST_P(SessionsTest, AUserEndsOnlyTheirOwnSessions) {
    const UserId ada = addUser("ada@example.org");
    const UserId bob = addUser("bob@example.org");
    const Session hers = open(ada, "a");
    open(ada, "b");
    open(bob, "c");
    EXPECT_EQ(errorOf(sessions().end(bob, hers.id)), ErrorCode::NotFound);
    EXPECT_EQ(get(users().signedIn(hers.id)).id, ada);
    EXPECT_EQ(get(sessions().list(ada)).size(), 2U);
    check(sessions().end(ada, hers.id));
    EXPECT_EQ(errorOf(users().signedIn(hers.id)), ErrorCode::Unauthorized);
    ASSERT_EQ(get(sessions().list(ada)).size(), 1U);
    EXPECT_EQ(get(sessions().list(ada))[0].device, "Firefox");
    EXPECT_EQ(get(sessions().endAll(ada, get(sessions().list(ada))[0].id)), 0) << "but the one that is kept";
    EXPECT_EQ(get(sessions().endAll(ada, 0)), 1);
    EXPECT_THAT(get(sessions().list(ada)), IsEmpty());
    EXPECT_EQ(get(sessions().list(bob)).size(), 1U);
}

TEST_P(SessionsTest, ASessionBeginsOnlyWhileTheProvedPasswordCounts) {
    const UserId ada = addUser("ada@example.org");
    get(users().update(ada, {.passwordHash = "old"}));
    NewSession session{.user = ada, .tokenHash = "t", .expires = at(1000), .device = "", .passwordHash = "old"};
    get(sessions().create(session));
    get(users().update(ada, {.passwordHash = "new"}));
    session.tokenHash = "late";
    EXPECT_EQ(errorOf(sessions().create(session)), ErrorCode::Unauthorized);
    session.passwordHash = "new";
    get(users().update(ada, {.isActive = false}));
    EXPECT_EQ(errorOf(sessions().create(session)), ErrorCode::Unauthorized);
    EXPECT_EQ(get(sessions().list(ada)).size(), 1U);
}

TEST_P(SessionsTest, PurgeForgetsWhatEndedLongAgo) {
    const UserId ada = addUser("ada@example.org");
    open(ada, "old");
    *clock += 5000;
    open(ada, "fresh");
    EXPECT_EQ(get(sessions().purge(at(-1))), 1);
    EXPECT_EQ(get(sessions().purge(at(-1))), 0);
    swap("fresh", "fresh-2", 2000);
}

INSTANTIATE_TEST_SUITE_P(Engines, SessionsTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

class SkillsTest : public StoreTest {
  protected:
    static std::vector<std::string> names(const std::vector<Skill>& skills) {
        std::vector<std::string> found;
        for (const Skill& skill : skills) found.push_back(skill.name);
        return found;
    }
};

TEST_P(SkillsTest, TheCatalogueGrowsByWhatItLacks) {
    EXPECT_EQ(get(skills().ensure({"Go", "C++", "React"})), 3);
    EXPECT_EQ(get(skills().ensure({"GO", "React", "Rust"})), 1);
    EXPECT_THAT(names(get(skills().catalogue("", {})).items), ElementsAre("C++", "Go", "React", "Rust"));
    EXPECT_THAT(names(get(skills().catalogue("R", {})).items), ElementsAre("React", "Rust"));
    EXPECT_THAT(names(get(skills().catalogue("", {.limit = 1, .offset = 1, .cursor = ""})).items), ElementsAre("Go"));
    EXPECT_THAT(names(get(skills().findByNames({"rust", "c++"}))), ElementsAre("Rust", "C++"));
    EXPECT_EQ(errorOf(skills().findByNames({"Go", "COBOL"})), ErrorCode::Invalid);
}

TEST_P(SkillsTest, AUserSetsAddsAndRemovesSkills) {
    const UserId ada = addUser("ada@example.org");
    get(skills().ensure({"Go", "C++", "React"}));
    const auto all = get(skills().findByNames({"Go", "C++", "React"}));
    EXPECT_THAT(names(get(skills().set(ada, {all[0].id, all[1].id}))), ElementsAre("C++", "Go"));
    EXPECT_THAT(names(get(skills().add(ada, {all[1].id, all[2].id}))), ElementsAre("C++", "Go", "React"));
    EXPECT_THAT(names(get(skills().remove(ada, {all[0].id, all[0].id}))), ElementsAre("C++", "React"));
    EXPECT_THAT(names(get(skills().set(ada, {all[0].id}))), ElementsAre("Go"));
    EXPECT_THAT(names(get(skills().ofUser(ada))), ElementsAre("Go"));
    EXPECT_THAT(names(get(skills().ofUser(addUser("bob@example.org")))), IsEmpty());
}

TEST_P(SkillsTest, AnUnknownSkillOrUserChangesNothing) {
    const UserId ada = addUser("ada@example.org");
    get(skills().ensure({"Go"}));
    const SkillId go = get(skills().findByNames({"Go"}))[0].id;
    get(skills().set(ada, {go}));
    EXPECT_EQ(errorOf(skills().set(ada, {go, go + 50})), ErrorCode::NotFound);
    EXPECT_EQ(errorOf(skills().add(ada + 1, {go})), ErrorCode::NotFound);
    EXPECT_THAT(names(get(skills().ofUser(ada))), ElementsAre("Go"));
    EXPECT_EQ(errorOf(skills().find(go + 50)), ErrorCode::NotFound);
}

TEST_P(SkillsTest, PreferencesAreKeptAsTheyWereSet) {
    const UserId ada = addUser("ada@example.org");
    EXPECT_EQ(get(store->preferences().ofUser(ada)).json, "{}");
    check(store->preferences().set(ada, R"({"remote":"only"})"));
    check(store->preferences().set(ada, R"({"remote":"any"})"));
    EXPECT_EQ(get(store->preferences().ofUser(ada)).json, R"({"remote":"any"})");
    EXPECT_EQ(errorOf(store->preferences().set(ada, "{")), ErrorCode::Invalid);
    EXPECT_EQ(errorOf(store->preferences().set(ada + 1, "{}")), ErrorCode::NotFound);
}

TEST_P(SkillsTest, PreferencesChangeOnlyFromWhatTheyWere) {
    const UserId ada = addUser("ada@example.org");
    const ProfileVersion read = get(store->preferences().ofUser(ada)).profile;
    check(store->preferences().set(ada, R"({"remote":"only"})", read));
    EXPECT_EQ(errorOf(store->preferences().set(ada, R"({"remote":"any"})", read)), ErrorCode::Conflict);
    const StoredPreferences kept = get(store->preferences().ofUser(ada));
    EXPECT_EQ(kept.json, R"({"remote":"only"})");
    EXPECT_EQ(kept.profile, read + 1) << "a refused change makes no score stale";
    EXPECT_EQ(errorOf(store->preferences().set(ada + 1, "{}", read)), ErrorCode::NotFound);
}

INSTANTIATE_TEST_SUITE_P(Engines, SkillsTest, testing::ValuesIn(engines()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
