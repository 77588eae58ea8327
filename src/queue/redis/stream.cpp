#include "queue/redis/stream.hpp"

#include "model/embedded.hpp"
#include "text/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace nextjob::queue::redis {

using std::chrono::milliseconds;

namespace {

constexpr std::string_view stream = "jobs";
constexpr std::string_view group = "analyse";
constexpr std::string_view messagesKey = "jobs:messages";
constexpr std::string_view delayedKey = "jobs:delayed";
constexpr std::string_view deadKey = "jobs:dead";

// The server does nothing else while it runs a transaction, and has all of it in memory: it gets pieces of about this
// size. Pieces that stay in its processor's cache, and whose room its allocator gives again at once, take half the time
// of pieces of 1 MiB when the mails are large.
constexpr std::size_t bytesAtOnce = 256U << 10;
constexpr int mostListed = 1000;

std::string_view script(std::string_view name) { return embedded(fmt::format("queue/redis/scripts/{}.lua", name)); }

template <std::size_t keys, class... Words>
void addScript(Pipeline& pipeline, std::string_view name, const std::array<std::string_view, keys>& named,
               std::size_t more, const Words&... words) {
    pipeline.begin(3 + keys + sizeof...(words) + more);
    pipeline.word("EVAL");
    pipeline.word(script(name));
    pipeline.word(keys);
    for (const auto key : named) pipeline.word(key);
    (pipeline.word(words), ...);
}

// As many from the beginning as make one piece; at least one.
std::span<const Outgoing* const> piece(std::span<const Outgoing* const> events) {
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < events.size() && bytes < bytesAtOnce; ++count)
        bytes += events[count]->event.size();
    return events.first(count);
}

void addEntries(Pipeline& pipeline, std::span<const Outgoing* const> events) {
    pipeline.add("MULTI");
    pipeline.begin(2 + events.size());
    pipeline.word("SADD");
    pipeline.word(messagesKey);
    for (const Outgoing* each : events) pipeline.word(each->message);
    for (const Outgoing* each : events)
        pipeline.add("XADD", stream, "*", "message", each->message, "event", each->event);
    pipeline.add("EXEC");
}

std::int64_t ticks(Timestamp time) { return time.time_since_epoch().count(); }

Pipeline greeting() {
    Pipeline pipeline;
    pipeline.add("CLIENT", "SETNAME", "nextjob");
    pipeline.add("XGROUP", "CREATE", stream, group, "0", "MKSTREAM");
    return pipeline;
}

Delivery delivery(const Value& entry, const Value& fields, std::int64_t deliveries) {
    Delivery made{.holding = {.entry = std::string(entry.text()), .deliveries = deliveries}, .message = 0, .event = {}};
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        if (fields[i].text() == "message") made.message = fields[i + 1].integer();
        if (fields[i].text() == "event") made.event = fields[i + 1].text();
    }
    return made;
}

// The value behind this name in an answer that is names and values in turn.
const Value& named(const Value& pairs, std::string_view name) {
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
        if (pairs[i].text() == name) return pairs[i + 1];
    return pairs[pairs.size()];  // nothing
}

// The value behind "name:" in the text that INFO is.
std::string_view lineOf(std::string_view info, std::string_view name) {
    for (auto at = info.find(name); at != std::string_view::npos; at = info.find(name, at + 1)) {
        if ((at != 0 && info[at - 1] != '\n') || !info.substr(at + name.size()).starts_with(':')) continue;
        info.remove_prefix(at + name.size() + 1);
        return info.substr(0, info.find_first_of("\r\n"));
    }
    return {};
}

bool isOld(std::string_view version) {
    int major = 0, minor = 0;
    const char* end = version.data() + version.size();
    const auto first = std::from_chars(version.data(), end, major);
    if (first.ptr != end) std::from_chars(first.ptr + 1, end, minor);
    return std::pair(major, minor) < std::pair(6, 2);
}

Result<void> onlyWhether(const Result<std::vector<Value>>& answers) {
    if (!answers) return std::unexpected(answers.error());
    return {};
}

}  // namespace

Stream::Stream(Address address, std::string consumer, Connection::Patience patience)
    : consumer_(std::move(consumer)), connection_(std::move(address), greeting(), "BUSYGROUP", patience) {}

Result<void> Stream::check() {
    Pipeline pipeline;
    pipeline.add("INFO", "server");
    pipeline.add("SCARD", messagesKey);
    pipeline.add("ZCARD", delayedKey);
    pipeline.add("XLEN", deadKey);
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    const auto version = lineOf(answers->front().text(), "redis_version");
    if (isOld(version))
        return failure(ErrorCode::Invalid,
                       fmt::format("The Redis server at {} is version {}, and the queue needs 6.2 or later.",
                                   address().shown(), version));
    return {};
}

Result<void> Stream::ping() {
    Pipeline pipeline;
    pipeline.add("PING");
    return onlyWhether(connection_.run(pipeline));
}

Result<std::string> Stream::describe() {
    Pipeline pipeline;
    pipeline.add("INFO", "server");
    pipeline.add("INFO", "persistence");
    pipeline.add("INFO", "memory");
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    const auto info = [&](std::size_t part, std::string_view name) { return lineOf((*answers)[part].text(), name); };
    return fmt::format("Redis {} at {}, {}, {}", info(0, "redis_version"), address().shown(),
                       info(1, "aof_enabled") == "1" ? "appendonly" : "without appendonly",
                       info(2, "maxmemory_policy"));
}

Result<void> Stream::add(std::span<const Outgoing> events) {
    if (events.empty()) return {};
    std::vector<MessageId> messages;
    for (const Outgoing& each : events) messages.push_back(each.message);
    const auto absent = missing(messages);
    if (!absent) return std::unexpected(absent.error());
    const std::set<MessageId> wanted(absent->begin(), absent->end());
    std::vector<const Outgoing*> left;
    for (const Outgoing& each : events)
        if (wanted.contains(each.message)) left.push_back(&each);
    Pipeline pipeline;
    for (std::size_t sent = 0; sent < left.size();) {
        const auto next = piece(std::span(left).subspan(sent));
        pipeline.clear();
        addEntries(pipeline, next);
        if (const auto added = connection_.run(pipeline); !added) return std::unexpected(added.error());
        sent += next.size();
    }
    return {};
}

Result<std::vector<MessageId>> Stream::missing(std::span<const MessageId> messages) {
    if (messages.empty()) return std::vector<MessageId>{};
    Pipeline pipeline;
    pipeline.begin(2 + messages.size());
    pipeline.word("SMISMEMBER");
    pipeline.word(messagesKey);
    for (const MessageId message : messages) pipeline.word(message);
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    std::vector<MessageId> absent;
    for (std::size_t i = 0; i < messages.size(); ++i)
        if (answers->front()[i].integer() == 0) absent.push_back(messages[i]);
    return absent;
}

Result<void> Stream::heal() {
    Pipeline pipeline;
    addScript(pipeline, "heal", std::array{stream, messagesKey}, 0);
    return onlyWhether(connection_.run(pipeline));
}

Result<std::vector<Delivery>> Stream::takeDue(int count, Timestamp now) {
    Pipeline pipeline;
    addScript(pipeline, "take_due", std::array{stream, delayedKey}, 0, group, consumer_, ticks(now), count);
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    const Value& taken = answers->front();
    std::vector<Delivery> deliveries;
    for (std::size_t i = 0; i < taken.size(); ++i)
        deliveries.push_back(delivery(taken[i][0], taken[i][1], taken[i][2].integer()));
    return deliveries;
}

Result<std::vector<Delivery>> Stream::takeNew(int count, milliseconds wait) {
    Pipeline pipeline;
    if (wait.count() > 0)
        pipeline.add("XREADGROUP", "GROUP", group, consumer_, "COUNT", count, "BLOCK", wait.count(), "STREAMS", stream,
                     ">");
    else
        pipeline.add("XREADGROUP", "GROUP", group, consumer_, "COUNT", count, "STREAMS", stream, ">");
    const auto answers = connection_.run(pipeline, wait);
    if (!answers) return std::unexpected(answers.error());
    const Value& entries = answers->front()[0][1];
    std::vector<Delivery> deliveries;
    deliveries.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) deliveries.push_back(delivery(entries[i][0], entries[i][1], 1));
    return deliveries;
}

Result<void> Stream::finish(std::span<const std::pair<MessageId, std::string>> entries) {
    if (entries.empty()) return {};
    Pipeline pipeline;
    const auto command = [&](std::string_view name, std::string_view key, bool ofGroup, bool messages) {
        pipeline.begin(2 + (ofGroup ? 1 : 0) + entries.size());
        pipeline.word(name);
        pipeline.word(key);
        if (ofGroup) pipeline.word(group);
        for (const auto& [message, entry] : entries)
            if (messages)
                pipeline.word(message);
            else
                pipeline.word(entry);
    };
    pipeline.add("MULTI");
    command("XACK", stream, true, false);
    command("XDEL", stream, false, false);
    command("SREM", messagesKey, false, true);
    command("ZREM", delayedKey, false, false);
    pipeline.add("EXEC");
    return onlyWhether(connection_.run(pipeline));
}

Result<std::vector<bool>> Stream::giveBack(std::span<const Return> returns, Timestamp due) {
    Pipeline pipeline;
    addScript(pipeline, "give_back", std::array{stream, delayedKey}, 3 * returns.size(), group, consumer_, ticks(due),
              nobody);
    for (const Return& each : returns) {
        pipeline.word(each.holding.entry);
        pipeline.word(each.holding.deliveries);
        pipeline.word(each.failures);
    }
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    std::vector<bool> given;
    for (std::size_t i = 0; i < returns.size(); ++i) given.push_back(answers->front()[i].integer() == 1);
    return given;
}

Result<bool> Stream::bury(const Holding& holding, const DeadLetter& letter) {
    Pipeline pipeline;
    addScript(pipeline, "bury", std::array{stream, messagesKey, delayedKey, deadKey}, 0, group, consumer_,
              holding.entry, holding.deliveries, letter.message, letter.withEvent ? "1" : "0", "reason", letter.reason,
              "message_id", letter.message, "user_id", letter.user, "source", letter.source, "gmail_message_id",
              letter.sourceId, "attempts", letter.attempts, "at", text::shortTimestamp(letter.at));
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    return answers->front().integer() == 1;
}

Result<void> Stream::unbury(std::span<const MessageId> messages) {
    const std::set<MessageId> wanted(messages.begin(), messages.end());
    std::string from = "-";
    while (true) {
        Pipeline look;
        look.add("XRANGE", deadKey, from, "+", "COUNT", mostListed);
        const auto answers = connection_.run(look);
        if (!answers) return std::unexpected(answers.error());
        const Value& letters = answers->front();
        Pipeline remove;
        for (std::size_t i = 0; i < letters.size(); ++i) {
            if (wanted.contains(named(letters[i][1], "message_id").integer()))
                remove.add("XDEL", deadKey, letters[i][0].text());
            from = fmt::format("({}", letters[i][0].text());
        }
        if (remove.size() != 0) {
            if (auto removed = connection_.run(remove); !removed) return std::unexpected(removed.error());
        }
        if (letters.size() < static_cast<std::size_t>(mostListed)) return {};
    }
}

Result<std::vector<Holding>> Stream::holdings() {
    Pipeline pipeline;
    pipeline.add("XPENDING", stream, group, "-", "+", mostListed, consumer_);
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    const Value& pending = answers->front();
    std::vector<Holding> held;
    for (std::size_t i = 0; i < pending.size(); ++i)
        held.push_back({.entry = std::string(pending[i][0].text()), .deliveries = pending[i][3].integer()});
    return held;
}

Result<std::vector<Stream::Consumer>> Stream::consumers() {
    Pipeline pipeline;
    pipeline.add("XINFO", "CONSUMERS", stream, group);
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    const Value& listed = answers->front();
    std::vector<Consumer> found;
    for (std::size_t i = 0; i < listed.size(); ++i)
        found.push_back({.name = std::string(named(listed[i], "name").text()),
                         .held = named(listed[i], "pending").integer(),
                         .idle = milliseconds(named(listed[i], "idle").integer())});
    return found;
}

Result<void> Stream::freeConsumer(std::string_view dead, Timestamp now) {
    Pipeline pipeline;
    addScript(pipeline, "free_consumer", std::array{stream, delayedKey}, 0, group, dead, ticks(now), nobody);
    return onlyWhether(connection_.run(pipeline));
}

Result<void> Stream::freeIdle(milliseconds lease, Timestamp now) {
    Pipeline pipeline;
    addScript(pipeline, "free_idle", std::array{stream, delayedKey}, 0, group, lease.count(), ticks(now), nobody);
    return onlyWhether(connection_.run(pipeline));
}

Result<Load> Stream::load(Timestamp now) {
    Pipeline pipeline;
    pipeline.add("MULTI");
    pipeline.add("XLEN", stream);
    pipeline.add("SCARD", messagesKey);
    pipeline.add("XPENDING", stream, group);
    pipeline.add("ZCOUNT", delayedKey, "-inf", ticks(now));
    pipeline.add("ZCARD", delayedKey);
    pipeline.add("XLEN", deadKey);
    pipeline.add("EXEC");
    const auto answers = connection_.run(pipeline);
    if (!answers) return std::unexpected(answers.error());
    const Value& counts = answers->back();
    Load load{.entries = counts[0].integer(), .known = counts[1].integer()};
    load.due = counts[3].integer();
    load.later = counts[4].integer() - load.due;
    load.held = counts[2][0].integer() - load.due - load.later;
    load.dead = counts[5].integer();
    return load;
}

}  // namespace nextjob::queue::redis
