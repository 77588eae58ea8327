#include "analyse/local_backend.hpp"
#include "analyse/remote_backend.hpp"
#include "contract/engine.hpp"
#include "queue/remote/remote_ledger_queue.hpp"

#include <gmock/gmock.h>

namespace nextjob::contract {
namespace {

using std::chrono::milliseconds;
using testing::IsEmpty;
using testing::SizeIs;

// A network that loses what it is told to.
class LossyNetwork final : public net::HttpClient {
  public:
    Task<Result<net::HttpReply>> send(net::HttpRequest request) override {
        const bool matches = !lost.empty() && request.url.find(lost) != std::string::npos;
        if (matches && !arrives) co_return failure(ErrorCode::Unavailable, "cut");
        auto reply = co_await http_->send(std::move(request));
        if (matches) co_return failure(ErrorCode::Unavailable, "cut");
        co_return reply;
    }

    std::string lost;      // of which URLs; "" for none
    bool arrives = false;  // only the answer is lost

  private:
    std::unique_ptr<net::HttpClient> http_ = net::makeHttpClient();
};

// What only the queue of a worker elsewhere can show.
class RemoteQueueTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        client = std::make_unique<net::BackendClient>(network, backend->options());
        queue = std::make_unique<queue::remote::RemoteLedgerQueue>(*client, queueOptions);
        ada = addUser("ada@example.org");
    }
    void TearDown() override {
        queue.reset();
        client.reset();
        StoreTest::TearDown();
    }

    LossyNetwork network;
    std::unique_ptr<net::BackendClient> client;
    UserId ada = 0;
};

TEST_P(RemoteQueueTest, WhatALostAnswerBroughtIsGivenBackUnharmed) {
    get(queue->accept({mail(ada, "one"), mail(ada, "two")}));
    network.lost = "/service/queue/claim";
    network.arrives = true;
    EXPECT_EQ(errorOf(queue->claim(5)), ErrorCode::Unavailable);
    EXPECT_EQ(get(backendsQueue->depth()).claimed, 2);
    network.lost.clear();
    const auto claims = get(queue->claim(5, milliseconds(60'000)));
    ASSERT_THAT(claims, SizeIs(2));
    EXPECT_EQ(claims[0].attempts, 0);
}

TEST_P(RemoteQueueTest, WhatItHoldsWhenAnAnswerIsLostStaysItsOwn) {
    get(queue->accept({mail(ada, "one")}));
    const auto held = get(queue->claim(5));
    ASSERT_THAT(held, SizeIs(1));
    get(queue->accept({mail(ada, "two")}));
    network.lost = "/service/queue/claim";
    network.arrives = true;
    EXPECT_EQ(errorOf(queue->claim(5)), ErrorCode::Unavailable);
    network.lost.clear();
    const auto claims = get(queue->claim(5, milliseconds(60'000)));
    ASSERT_THAT(claims, SizeIs(1));
    EXPECT_EQ(claims[0].raw.key, "key-two");
}

TEST_P(RemoteQueueTest, WhatCouldNotBeGivenBackIsGivenBackLater) {
    get(queue->accept({mail(ada, "one"), mail(ada, "two")}));
    const auto claims = get(queue->claim(5));
    ASSERT_THAT(claims, SizeIs(2));
    network.lost = "/service/queue/";
    EXPECT_EQ(errorOf(queue->release({claims[0]})), ErrorCode::Unavailable);
    EXPECT_EQ(errorOf(queue->retryLater(claims[1], "later", milliseconds(0))), ErrorCode::Unavailable);
    network.lost.clear();
    const auto again = get(queue->claim(5, milliseconds(60'000)));
    ASSERT_THAT(again, SizeIs(2));
    EXPECT_EQ(again[0].attempts + again[1].attempts, 0);
}

TEST_P(RemoteQueueTest, AsManyAsFitGoIntoAParcelAndNoMailIsTooLarge) {
    queueOptions.maximumBytes = 1U << 30;
    reopen();
    std::vector<std::string> bodies;
    for (const char* name : {"one", "two"}) {
        RawMessage large = mail(ada, name);
        large.bytes.append(32U << 20, name[0]);
        bodies.push_back(large.bytes);
        get(queue->accept({large}));
    }
    const auto first = get(queue->claim(5));
    const auto second = get(queue->claim(5));
    ASSERT_THAT(first, SizeIs(1));
    ASSERT_THAT(second, SizeIs(1));
    EXPECT_TRUE(first[0].raw.bytes == bodies[0]);
    EXPECT_TRUE(second[0].raw.bytes == bodies[1]);
    const auto read = get(queue->ledger().read({first[0].message, second[0].message}));
    EXPECT_THAT(read, SizeIs(2));
}

TEST_P(RemoteQueueTest, TheLedgerSaysWhatWaitsAndWhoseItIs) {
    const auto items = get(queue->accept({mail(ada, "one"), mail(ada, "two")})).items;
    auto& ledger = queue->ledger();
    EXPECT_THAT(get(ledger.waiting(0, 10)), SizeIs(2));
    EXPECT_THAT(get(ledger.waiting(items[0].message, 10)), testing::ElementsAre(items[1].message));
    get(offers().ingest({analysed(ada, items[0].message, {})}));
    EXPECT_THAT(get(ledger.stillWaiting({items[0].message, items[1].message})), testing::ElementsAre(items[1].message));
    EXPECT_EQ(get(ledger.emailOf(ada)), "ada@example.org");
    EXPECT_EQ(errorOf(ledger.emailOf(ada + 9)), ErrorCode::NotFound);
    check(ledger.noteFailure(items[1].message, "It failed.", 2));
    EXPECT_EQ(get(messages().find(ada, items[1].message)).attempts, 2);
    check(ledger.bury(items[1].message, "Not a mail.", 5));
    EXPECT_EQ(get(messages().find(ada, items[1].message)).state, MessageState::Dead);
}

TEST_P(RemoteQueueTest, WhatAnalysisFoundIsKeptOnceHoweverOftenItIsSent) {
    const auto id = get(queue->accept({mail(ada, "one")})).items[0].message;
    analyse::RemoteBackend elsewhere(*client);
    const auto result =
        analysed(ada, id, {sighting("Engineer", "linkedin:1", "engineer"), sighting("Welder", "", "w")});
    network.lost = "/service/messages/analysed";
    network.arrives = true;
    EXPECT_EQ(errorOf(elsewhere.keep({result})), ErrorCode::Unavailable);
    network.lost.clear();
    check(elsewhere.keep({result}));
    EXPECT_EQ(get(offers().count(ada, {})), 2);
    EXPECT_EQ(get(queue->depth()).waiting(), 0);
    AnalysedMessage wrong = result;
    wrong.offers[0].evidenceJson = "{";
    EXPECT_EQ(errorOf(elsewhere.keep({wrong})), ErrorCode::Invalid);
    EXPECT_EQ(get(elsewhere.profile(ada + 9)).skills, std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Elsewhere, RemoteQueueTest, testing::ValuesIn([] {
                             auto all = remoteEngines();
                             std::erase_if(all, [](const Engine& engine) { return engine.freshQueueUrl != nullptr; });
                             return all;
                         }()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace nextjob::contract
