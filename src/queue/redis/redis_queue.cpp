#include "queue/redis/redis_queue.hpp"

#include "model/run_on.hpp"
#include "queue/event/raw_job_email.hpp"
#include "queue/process_identity.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <set>

namespace nextjob::queue::redis {

using std::chrono::milliseconds;

namespace {

// What waits in the ledger and is not in the stream, because a process died between the two or Redis has lost its data,
// is looked for so often; also at the start, and whenever a connection was made anew.
constexpr milliseconds sweepEvery{10'000};
constexpr int sweptAtOnce = 1000;
constexpr std::size_t readAtOnce = 50;
// A consumer that holds nothing and has not been heard of for so long is forgotten; should it come back, it is known
// again at its first claim.
constexpr std::chrono::hours consumerKept{24};

// Two queues of one process are two consumers.
std::string consumerName() {
    static std::atomic<int> made{0};
    return fmt::format("{}#{}", ownIdentity(), ++made);
}

bool isOfDeadProcess(std::string_view consumer) {
    return consumer != nobody && hasDied(consumer.substr(0, consumer.rfind('#')), Reach::ManyMachines);
}

DeadLetter letterOf(const RawMessage& raw, MessageId message, std::string reason, int attempts, Timestamp at) {
    return {.message = message,
            .user = raw.user,
            .source = raw.source,
            .sourceId = raw.sourceId,
            .reason = std::move(reason),
            .attempts = attempts,
            .at = at};
}

}  // namespace

Result<std::unique_ptr<Queue>> RedisQueue::open(std::unique_ptr<LedgerQueue> ledger, const Options& options,
                                                const std::string& url) {
    auto address = parseAddress(url);
    if (!address) return std::unexpected(address.error());
    std::unique_ptr<RedisQueue> queue(new RedisQueue(std::move(ledger), options, std::move(*address)));
    std::promise<Result<void>> checked;
    boost::asio::post(queue->commandThread_, [&] { checked.set_value(queue->commands_.check()); });
    if (auto usable = checked.get_future().get(); !usable) return std::unexpected(std::move(usable.error()));
    return queue;
}

RedisQueue::RedisQueue(std::unique_ptr<LedgerQueue> ledger, const Options& options, Address address)
    : ledger_(std::move(ledger)),
      options_(options),
      consumer_(consumerName()),
      commands_(address, consumer_),
      claims_(std::move(address), consumer_),
      sweep_(sweepEvery),
      reclaim_(reclaimEvery) {}

RedisQueue::~RedisQueue() {
    commandThread_.join();
    claimThread_.join();
}

template <class Work>
auto RedisQueue::onCommands(Work work) {
    return runOn(commandThread_.get_executor(), [this, work = std::move(work)]() mutable {
        auto done = work(commands_);
        commandConnections_ = commands_.generation();
        return done;
    });
}

Task<Result<Accepted>> RedisQueue::accept(std::vector<RawMessage> messages, std::optional<ImportProgress> progress,
                                          std::optional<milliseconds> patience) {
    const auto batch = std::make_shared<const std::vector<RawMessage>>(std::move(messages));
    auto accepted = co_await ledger_->enter(batch, progress, patience);
    if (!accepted || accepted->fresh == 0) co_return accepted;
    std::vector<std::pair<MessageId, const RawMessage*>> fresh;
    for (std::size_t i = 0; i < batch->size(); ++i)
        if (!accepted->items[i].duplicate) fresh.emplace_back(accepted->items[i].message, &(*batch)[i]);
    // They are in the ledger, and so accepted; the sweep sends what this does not.
    if (const auto sent = co_await send(std::move(fresh)); !sent) sweep_.makeDue();
    co_return accepted;
}

// What can't become an event, or whose user is gone, ends here.
Task<Result<void>> RedisQueue::send(std::vector<std::pair<MessageId, const RawMessage*>> messages) {
    std::map<UserId, std::string> emails;
    std::vector<Outgoing> events;
    for (const auto& [message, raw] : messages) {
        if (!emails.contains(raw->user)) {
            auto email = co_await ledger_->emailOf(raw->user);
            if (!email && email.error().code == ErrorCode::NotFound) continue;
            if (!email) co_return std::unexpected(std::move(email.error()));
            emails.emplace(raw->user, std::move(*email));
        }
        auto event = encode(rawJobEmail(*raw, message, emails.at(raw->user)));
        if (event) {
            events.push_back({.message = message, .event = std::move(*event)});
        } else if (auto buried = co_await ledger_->bury(message, event.error().message, 0); !buried) {
            co_return buried;
        }
    }
    auto work = [events = std::move(events)](Stream& stream) { return stream.add(events); };
    co_return co_await onCommands(std::move(work));
}

Task<Result<void>> RedisQueue::sweep() {
    const auto load = co_await onCommands([now = ledger_->now()](Stream& stream) { return stream.load(now); });
    if (!load) co_return std::unexpected(load.error());
    if (load->known > load->entries) {
        if (auto healed = co_await onCommands([](Stream& stream) { return stream.heal(); }); !healed) co_return healed;
    }
    MessageId beyond = 0;
    while (true) {
        const auto waiting = co_await ledger_->waiting(beyond, sweptAtOnce);
        if (!waiting) co_return std::unexpected(waiting.error());
        if (waiting->empty()) co_return Result<void>{};
        beyond = waiting->back();
        auto look = [ids = *waiting, withDead = load->dead != 0](Stream& stream) {
            auto missing = stream.missing(ids);
            // A dead letter among them was revived.
            if (missing && !missing->empty() && withDead)
                if (auto revived = stream.unbury(*missing); !revived) missing = std::unexpected(revived.error());
            return missing;
        };
        auto missing = co_await onCommands(std::move(look));
        if (!missing) co_return std::unexpected(missing.error());
        if (auto sent = co_await sendAgain(std::move(*missing)); !sent) co_return sent;
    }
}

Task<Result<void>> RedisQueue::sendAgain(std::vector<MessageId> messages) {
    for (std::size_t at = 0; at < messages.size(); at += readAtOnce) {
        const auto first = messages.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = static_cast<std::ptrdiff_t>(std::min(readAtOnce, messages.size() - at));
        const auto mails = co_await ledger_->read(std::vector<MessageId>(first, first + count));
        if (!mails) co_return std::unexpected(mails.error());
        std::vector<std::pair<MessageId, const RawMessage*>> lost;
        for (const auto& [message, raw] : *mails) lost.emplace_back(message, &raw);
        if (auto sent = co_await send(std::move(lost)); !sent) co_return sent;
    }
    co_return Result<void>{};
}

// A sweep that fails is made up for by a later one.
Task<void> RedisQueue::sweepIfDue() {
    const std::uint64_t connections = commandConnections_ + claimConnections_;
    if (sweptConnections_.exchange(connections) != connections) sweep_.makeDue();
    if (sweep_.isDue()) co_await sweep();
}

Task<Result<std::vector<Claim>>> RedisQueue::claim(int count, milliseconds wait) { return claimFor({}, count, wait); }

Task<Result<std::vector<Claim>>> RedisQueue::claimFor(std::string holder, int count, milliseconds wait) {
    const auto deadline = WaitClock::now() + wait;
    while (true) {
        co_await sweepIfDue();
        auto work = [this, &holder, count, deadline] { return take(holder, count, deadline); };
        auto taken = co_await runOn(claimThread_.get_executor(), std::move(work));
        if (!taken) co_return std::unexpected(std::move(taken.error()));
        auto claims = co_await toClaims(std::move(*taken));
        if (!claims || !claims->empty() || WaitClock::now() >= deadline) co_return claims;
    }
}

Result<std::vector<RedisQueue::Taken>> RedisQueue::take(const std::string& holder, int count,
                                                        WaitClock::time_point deadline) {
    if (auto reclaimed = reclaim(); !reclaimed) return std::unexpected(std::move(reclaimed.error()));
    auto due = claims_.takeDue(count, ledger_->now());
    if (!due) return std::unexpected(std::move(due.error()));
    if (!due->empty()) return hold(holder, std::move(*due));
    auto fresh = claims_.takeNew(count, std::min(pollForWork, until(deadline)));
    if (!fresh) return std::unexpected(std::move(fresh.error()));
    return hold(holder, std::move(*fresh));
}

Result<void> RedisQueue::reclaim() {
    if (claims_.generation() != claimConnections_) {
        if (auto returned = returnOrphans(); !returned) return returned;
    }
    if (!reclaim_.isDue()) return {};
    const auto consumers = claims_.consumers();
    if (!consumers) return std::unexpected(consumers.error());
    for (const Stream::Consumer& each : *consumers) {
        const bool forgotten = each.held == 0 && each.idle > consumerKept && each.name != nobody;
        if (!forgotten && !isOfDeadProcess(each.name)) continue;
        if (auto freed = claims_.freeConsumer(each.name, ledger_->now()); !freed) return freed;
    }
    return claims_.freeIdle(options_.lease, ledger_->now());
}

// The answer to a claim is lost when a connection breaks: the server takes for ours what we know nothing of. Only this
// thread claims, so whatever it has not come to know by now it never will.
Result<void> RedisQueue::returnOrphans() {
    const auto known = claims_.holdings();
    if (!known) return std::unexpected(known.error());
    std::set<std::string> ours;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [message, held] : held_) ours.insert(held.holding.entry);
    }
    std::vector<Stream::Return> orphans;
    for (const Holding& each : *known)
        if (!ours.contains(each.entry)) orphans.push_back({.holding = each, .failures = each.failures()});
    if (!orphans.empty()) {
        if (auto given = claims_.giveBack(orphans, ledger_->now()); !given) return std::unexpected(given.error());
    }
    claimConnections_ = claims_.generation();
    return {};
}

std::vector<RedisQueue::Taken> RedisQueue::hold(const std::string& holder, std::vector<Delivery> deliveries) {
    std::vector<Taken> taken;
    const std::lock_guard lock(mutex_);
    for (Delivery& each : deliveries) {
        const std::int64_t ticket = ++tickets_;
        if (each.message > 0) held_[each.message] = {.holding = each.holding, .ticket = ticket, .holder = holder};
        taken.push_back({.delivery = std::move(each), .ticket = ticket});
    }
    return taken;
}

std::optional<Holding> RedisQueue::letGo(MessageId message, std::int64_t ticket) {
    const std::lock_guard lock(mutex_);
    const auto held = held_.find(message);
    if (held == held_.end() || held->second.ticket != ticket) return std::nullopt;
    Holding holding = std::move(held->second.holding);
    held_.erase(held);
    return holding;
}

// Of what was delivered: what is still to be done and can be read. The rest gets its end here; when that can't be, all
// of it goes back.
Task<Result<std::vector<Claim>>> RedisQueue::toClaims(std::vector<Taken> taken) {
    std::vector<Claim> all;
    for (const Taken& each : taken) {
        const Delivery& delivery = each.delivery;
        all.push_back(
            {.ticket = each.ticket, .message = delivery.message, .raw = {}, .attempts = delivery.holding.failures()});
    }
    auto unfinished = co_await dropEnded(std::move(taken));
    if (unfinished) {
        auto claims = co_await readEvents(std::move(*unfinished));
        if (claims) co_return claims;
        unfinished = std::unexpected(std::move(claims.error()));
    }
    co_await release(std::move(all));
    co_return std::unexpected(std::move(unfinished.error()));
}

// A message that was done by the time that its process died, or whose user is gone.
Task<Result<std::vector<RedisQueue::Taken>>> RedisQueue::dropEnded(std::vector<Taken> taken) {
    std::vector<MessageId> messages;
    for (const Taken& each : taken)
        if (each.delivery.message > 0) messages.push_back(each.delivery.message);
    const auto waiting = co_await ledger_->stillWaiting(std::move(messages));
    if (!waiting) co_return std::unexpected(waiting.error());
    const std::set<MessageId> left(waiting->begin(), waiting->end());
    std::vector<Claim> ended;
    std::erase_if(taken, [&](const Taken& each) {
        const MessageId message = each.delivery.message;
        if (message <= 0 || left.contains(message)) return false;
        ended.push_back({.ticket = each.ticket, .message = message, .raw = {}, .attempts = 0});
        return true;
    });
    if (!ended.empty()) {
        if (auto done = co_await acknowledge(std::move(ended)); !done) co_return std::unexpected(done.error());
    }
    co_return taken;
}

Task<Result<std::vector<Claim>>> RedisQueue::readEvents(std::vector<Taken> taken) {
    std::vector<Claim> claims;
    for (Taken& each : taken) {
        Delivery& delivery = each.delivery;
        const int failures = delivery.holding.failures();
        auto event = decodeRawJobEmail(delivery.event);
        if (event && event->message != delivery.message)
            event = failure(ErrorCode::Invalid, "The event and its entry in the stream name different messages.");
        if (event && failures < options_.maximumAttempts) {
            claims.push_back({.ticket = each.ticket,
                              .message = delivery.message,
                              .raw = std::move(event->raw),
                              .attempts = failures});
            continue;
        }
        auto letter = letterOf(event ? event->raw : RawMessage{}, delivery.message,
                               event ? std::string(readersDied) : std::move(event.error().message),
                               event ? failures : failures + 1, ledger_->now());
        letter.withEvent = !event;
        letGo(delivery.message, each.ticket);
        auto buried = co_await giveUp(std::move(delivery.holding), std::move(letter));
        if (!buried) co_return std::unexpected(std::move(buried.error()));
    }
    co_return claims;
}

Task<Result<void>> RedisQueue::giveUp(Holding holding, DeadLetter letter) {
    auto work = [holding = std::move(holding), letter](Stream& stream) { return stream.bury(holding, letter); };
    const auto buried = co_await onCommands(std::move(work));
    if (!buried) co_return std::unexpected(buried.error());
    if (!*buried || letter.message <= 0) co_return Result<void>{};
    co_return co_await ledger_->bury(letter.message, letter.reason, letter.attempts);
}

Task<Result<void>> RedisQueue::acknowledge(std::vector<Claim> claims) {
    std::vector<std::pair<MessageId, std::string>> entries;
    for (const Claim& claim : claims)
        if (auto holding = letGo(claim.message, claim.ticket)) entries.emplace_back(claim.message, holding->entry);
    auto work = [entries = std::move(entries)](Stream& stream) { return stream.finish(entries); };
    co_return co_await onCommands(std::move(work));
}

Task<Result<void>> RedisQueue::retryLater(Claim claim, std::string reason, milliseconds delay) {
    const int failures = claim.attempts + 1;
    if (failures >= options_.maximumAttempts) co_return co_await deadLetter(std::move(claim), std::move(reason));
    auto holding = letGo(claim.message, claim.ticket);
    if (!holding) co_return Result<void>{};
    std::vector<Stream::Return> returns{{.holding = std::move(*holding), .failures = failures}};
    auto work = [returns = std::move(returns), due = ledger_->now() + delay](Stream& stream) {
        return stream.giveBack(returns, due);
    };
    const auto given = co_await onCommands(std::move(work));
    if (!given) co_return std::unexpected(given.error());
    if (!given->front()) co_return Result<void>{};
    co_return co_await ledger_->noteFailure(claim.message, std::move(reason), failures);
}

Task<Result<void>> RedisQueue::release(std::vector<Claim> claims) {
    std::vector<Stream::Return> returns;
    for (const Claim& claim : claims)
        if (auto holding = letGo(claim.message, claim.ticket))
            returns.push_back({.holding = std::move(*holding), .failures = claim.attempts});
    if (returns.empty()) co_return Result<void>{};
    auto work = [returns = std::move(returns), now = ledger_->now()](Stream& stream) {
        return stream.giveBack(returns, now);
    };
    const auto given = co_await onCommands(std::move(work));
    if (!given) co_return std::unexpected(given.error());
    co_return Result<void>{};
}

Task<Result<void>> RedisQueue::releaseOf(std::string holder) {
    std::vector<Claim> claims;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [message, held] : held_)
            if (held.holder == holder)
                claims.push_back(
                    {.ticket = held.ticket, .message = message, .raw = {}, .attempts = held.holding.failures()});
    }
    return release(std::move(claims));
}

Task<Result<void>> RedisQueue::deadLetter(Claim claim, std::string reason) {
    auto holding = letGo(claim.message, claim.ticket);
    if (!holding) co_return Result<void>{};
    auto letter = letterOf(claim.raw, claim.message, std::move(reason), claim.attempts + 1, ledger_->now());
    co_return co_await giveUp(std::move(*holding), std::move(letter));
}

Task<Result<int>> RedisQueue::revive(UserId user, std::optional<MessageId> message) {
    auto revived = co_await ledger_->revive(user, message);
    if (!revived || *revived == 0) co_return revived;
    auto sent = co_await sweep();
    if (!sent) sweep_.makeDue();
    co_return revived;
}

Task<Result<Depth>> RedisQueue::depth() {
    auto depth = co_await ledger_->depth();
    if (!depth) co_return depth;
    const auto load = co_await onCommands([now = ledger_->now()](Stream& stream) { return stream.load(now); });
    if (!load) co_return std::unexpected(load.error());
    // The ledger counts: the stream may still lack some of its messages, and have some that have ended.
    const std::int64_t all = depth->waiting();
    depth->delayed = std::clamp<std::int64_t>(load->later, 0, all);
    depth->claimed = std::clamp<std::int64_t>(load->held, 0, all - depth->delayed);
    depth->ready = all - depth->delayed - depth->claimed;
    // The ledger lacks events that were none; the stream those given up on before there was one.
    depth->dead = std::max(depth->dead, load->dead);
    co_return depth;
}

Task<Result<void>> RedisQueue::ping() {
    return onCommands([](Stream& stream) { return stream.ping(); });
}

}  // namespace nextjob::queue::redis
