#include "auth/passwords.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace nextjob::auth {

namespace {

// The least that libsodium takes: the tests are about behaviour, not strength.
constexpr PasswordCost cheap{.operations = 1, .memoryBytes = 8192};

template <class T>
T finish(Task<T> task) {
    boost::asio::io_context context;
    auto result = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
    context.run();
    return result.get();
}

}  // namespace

TEST(Passwords, AreKnownAgainByTheirHash) {
    Passwords passwords(cheap, 1, 8);
    const auto hash = finish(passwords.hash("correct horse"));
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$argon2id$"));
    EXPECT_EQ(hash->find("correct"), std::string::npos);
    EXPECT_TRUE(*finish(passwords.verify("correct horse", *hash)));
    EXPECT_FALSE(*finish(passwords.verify("correct horsf", *hash)));
    EXPECT_FALSE(*finish(passwords.verify("", *hash)));
}

TEST(Passwords, AreSaltedEachAnew) {
    Passwords passwords(cheap, 1, 8);
    EXPECT_NE(*finish(passwords.hash("same")), *finish(passwords.hash("same")));
}

TEST(Passwords, OfNobodyAreNeverRight) {
    Passwords passwords(cheap, 1, 8);
    EXPECT_FALSE(*finish(passwords.verifyNobody("")));
    EXPECT_FALSE(*finish(passwords.verifyNobody("anything")));
}

TEST(Passwords, AreNotTakenByABrokenHash) {
    Passwords passwords(cheap, 1, 8);
    EXPECT_FALSE(*finish(passwords.verify("x", "")));
    EXPECT_FALSE(*finish(passwords.verify("x", "$argon2id$nonsense")));
}

TEST(Passwords, WaitInAQueueThatEnds) {
    Passwords passwords(cheap, 1, 2);
    boost::asio::io_context context;
    std::vector<std::future<Result<std::string>>> results;
    for (int i = 0; i < 5; ++i)
        results.push_back(boost::asio::co_spawn(context, passwords.hash("storm"), boost::asio::use_future));
    // All five begin before the first can resume, for the loop runs on this thread.
    context.run();
    int hashed = 0;
    for (auto& result : results) {
        const auto hash = result.get();
        if (hash)
            ++hashed;
        else
            EXPECT_EQ(hash.error().code, ErrorCode::Unavailable);
    }
    EXPECT_EQ(hashed, 2);
    EXPECT_TRUE(finish(passwords.hash("afterwards")));
}

}  // namespace nextjob::auth
