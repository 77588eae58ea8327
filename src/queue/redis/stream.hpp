#pragma once

#include "model/error.hpp"
#include "model/raw_message.hpp"
#include "model/time.hpp"
#include "queue/redis/address.hpp"
#include "queue/redis/connection.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextjob::queue::redis {

// An event on its way into the stream.
struct Outgoing {
    MessageId message = 0;
    std::string event;
};

// A claim of one consumer on one entry of the stream: it ends when the entry is delivered once more.
struct Holding {
    std::string entry;            // "1735689600000-0"
    std::int64_t deliveries = 0;  // with this one

    int failures() const { return static_cast<int>(deliveries) - 1; }
};

// An entry as it was delivered.
struct Delivery {
    Holding holding;
    MessageId message = 0;  // 0: the entry does not say
    std::string event;
};

struct DeadLetter {
    MessageId message = 0;
    UserId user = 0;
    std::string source, sourceId;
    std::string reason;
    int attempts = 0;
    Timestamp at;
    bool withEvent = false;  // where no ledger may have the mail
};

struct Load {
    std::int64_t entries = 0;  // in the stream: not delivered, delivered, or given back
    std::int64_t known = 0;    // messages that have an entry, as far as we put it there
    std::int64_t held = 0;     // delivered and not given back
    std::int64_t due = 0;      // given back, can be claimed now
    std::int64_t later = 0;    // given back, can't be claimed yet
    std::int64_t dead = 0;     // dead letters
};

// The keys of the queue in one Redis database, and every step on them, each atomic. The stream `jobs`: an entry has
// `message` (the ledger's id) and `event` (a RawJobEmail as JSON); its group is `analyse`, whose count of deliveries
// counts attempts. The set `jobs:messages`: those that have an entry, so that none is sent twice. The sorted set
// `jobs:delayed`: entries that were given back, by the moment from which they may be claimed; in the group the consumer
// `nobody` holds them. The stream `jobs:dead`: dead letters with their reasons. Blocks; for one thread. Errors as
// Connection::run.
class Stream {
  public:
    // `consumer` is who claims.
    Stream(Address address, std::string consumer, Connection::Patience patience = {});

    // Connects and looks whether the server can do this. Invalid says what it can't.
    Result<void> check();
    Result<void> ping();
    // One line for a person: which server, its version, what it keeps over a restart.
    Result<std::string> describe();

    // Any number; those whose message has an entry already are passed over. (Two who send one message at the same
    // moment may both pass; its second entry is dropped when the first has ended.)
    Result<void> add(std::span<const Outgoing> events);
    // Of these, those that have no entry in the stream.
    Result<std::vector<MessageId>> missing(std::span<const MessageId> messages);
    // Forgets entries that somebody has deleted from the stream.
    Result<void> heal();

    // Entries that were given back. One that has failed before comes alone.
    Result<std::vector<Delivery>> takeDue(int count, Timestamp now);
    // New entries; waits up to `wait` for the first.
    Result<std::vector<Delivery>> takeNew(int count, std::chrono::milliseconds wait);

    // They are done.
    Result<void> finish(std::span<const std::pair<MessageId, std::string>> entries);
    // Free again from `due` on, with so many failures; the entries that were not held any more are left alone.
    struct Return {
        Holding holding;
        int failures = 0;
    };
    Result<std::vector<bool>> giveBack(std::span<const Return> returns, Timestamp due);
    // Whether it was still held, and so is a dead letter now.
    Result<bool> bury(const Holding& holding, const DeadLetter& letter);
    // Dead letters of these messages that got another try.
    Result<void> unbury(std::span<const MessageId> messages);

    // What the consumer holds according to the server, at most 1000.
    Result<std::vector<Holding>> holdings();
    struct Consumer {
        std::string name;
        std::int64_t held = 0;
        std::chrono::milliseconds idle{};
    };
    Result<std::vector<Consumer>> consumers();
    Result<void> freeConsumer(std::string_view dead, Timestamp now);
    Result<void> freeIdle(std::chrono::milliseconds lease, Timestamp now);

    Result<Load> load(Timestamp now);

    std::uint64_t generation() const { return connection_.generation(); }
    const Address& address() const { return connection_.address(); }

  private:
    const std::string consumer_;
    Connection connection_;
};

// Holds what nobody works on.
inline constexpr std::string_view nobody = "nobody";

}  // namespace nextjob::queue::redis
