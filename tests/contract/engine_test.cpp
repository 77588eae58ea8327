#include "contract/engine.hpp"

#include "queue/remote/remote_ledger_queue.hpp"
#include "support/postgres_server.hpp"
#include "support/redis_server.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>

namespace nextjob::contract {

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nextjob-store-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::vector<Engine> onlySqlite() {
    return {{.name = "sqlite", .freshUrl = [](const std::filesystem::path& folder) {
                 return store::sqliteUrl(folder / "with space" / "nextjob.db");
             }}};
}

std::vector<Engine> onlyPostgres() {
    return {{.name = "postgres",
             .freshUrl = [](const std::filesystem::path&) { return PostgresServer::shared().freshUrl(); }}};
}

std::vector<Engine> engines() {
    std::vector<Engine> all = onlySqlite();
    for (Engine& engine : onlyPostgres()) all.push_back(std::move(engine));
    return all;
}

std::vector<Engine> queueEngines() {
    std::vector<Engine> all = engines();
    for (Engine& engine : engines()) {
        engine.name = "redis_" + engine.name;
        engine.freshQueueUrl = [] { return RedisServer::shared().freshUrl(); };
        all.push_back(std::move(engine));
    }
    return all;
}

std::vector<Engine> remoteEngines() {
    std::vector<Engine> all = queueEngines();
    for (Engine& engine : all) {
        engine.name = "remote_" + engine.name;
        engine.remote = true;
    }
    return all;
}

void StoreTest::SetUp() {
    clock = std::make_shared<std::atomic<std::int64_t>>(1'790'000'000'000);
    url = GetParam().freshUrl(folder.path());
    if (GetParam().freshQueueUrl) redisUrl = GetParam().freshQueueUrl();
    reopen();
}

void StoreTest::TearDown() {
    queue.reset();
    backend.reset();
    backendsQueue.reset();
    store.reset();
}

void StoreTest::reopen() {
    TearDown();
    store::OpenOptions options;
    options.clock = [ticks = clock] { return Timestamp(std::chrono::milliseconds(ticks->load())); };
    store = valueOf(store::open(url, options));
    if (GetParam().remote) {
        backendsQueue = valueOf(queue::open(*store, queueOptions, redisUrl));
        backend = std::make_unique<test::BackendServer>(*store, *backendsQueue);
    }
    queue = openQueue(*store);
}

std::unique_ptr<queue::Queue> StoreTest::openQueue(store::Store& of) {
    if (backend) return std::make_unique<queue::remote::RemoteLedgerQueue>(backend->client(), queueOptions);
    return valueOf(queue::open(of, queueOptions, redisUrl));
}

UserId StoreTest::addUser(const std::string& email) {
    NewUser user;
    user.email = email;
    user.passwordHash = "hash of " + email;
    return get(users().create(user)).id;
}

RawMessage mail(UserId user, const std::string& name) {
    RawMessage message;
    message.user = user;
    message.key = "key-" + name;
    message.source = "file";
    message.sourceId = "<" + name + "@mail.example>";
    message.subject = "Jobs " + name;
    message.sender = "alerts@jobs.example";
    message.receivedAt = Timestamp(std::chrono::milliseconds(1'780'000'000'000));
    message.bytes = "Subject: Jobs " + name + "\r\n\r\nBody of " + name;
    return message;
}

OfferSighting sighting(const std::string& title, const std::string& linkKey, const std::string& textKey) {
    OfferSighting offer;
    offer.facts.title = title;
    offer.facts.company = "Acme";
    offer.score.matchScore = 5;
    offer.score.reason = "You know the tools.";
    offer.score.confidence = 0.5;
    offer.linkKey = linkKey;
    offer.textKey = textKey;
    offer.evidenceJson = R"({"title":[0,5]})";
    offer.sourceText = title + " at Acme";
    return offer;
}

AnalysedMessage analysed(UserId user, MessageId message, std::vector<OfferSighting> offers) {
    AnalysedMessage result;
    result.user = user;
    result.message = message;
    result.kind = MailKind::Alert;
    result.offers = std::move(offers);
    return result;
}

}  // namespace nextjob::contract
