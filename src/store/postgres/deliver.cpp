#include "store/postgres/deliver.hpp"

#include "store/delivered_messages.hpp"
#include "store/postgres/offer_batch.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace nextjob::store::postgres {
namespace {

constexpr int doubtsAfterSurprise = 16;

// Of the messages in question: those that the ledger has, by where they come from or by the key that they would get.
constexpr std::string_view knownMessages = R"(
    select t.place, m.id, coalesce(m.received_at, m.first_seen_at)
    from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality as t (user_id, source, source_id, place)
    join lateral (select id, received_at, first_seen_at from messages
                  where user_id = t.user_id and source = t.source and source_id = t.source_id limit 1) m on true
    union all
    select t.place, m.id, coalesce(m.received_at, m.first_seen_at)
    from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality as t (user_id, source, source_id, place)
    join messages m on m.user_id = t.user_id and m.key = t.source || ':' || t.source_id)";

constexpr std::string_view newMessageIds = "select nextval('messages_id_seq') from generate_series(1, $1::bigint)";

constexpr std::string_view insertMessages = R"(
    insert into messages (id, user_id, key, state, source, source_id, subject, sender, bytes, truncated, found,
                          first_seen_at, updated_at)
    select t.id, t.user_id, t.source || ':' || t.source_id, 'done', t.source, t.source_id, '', '', 0, false, t.found,
           $6::bigint, $6::bigint
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])
        as t (id, user_id, source, source_id, found))";

constexpr std::string_view countFound = R"(
    update messages m set found = m.found + t.found, updated_at = $3::bigint
    from unnest($1::bigint[], $2::bigint[]) as t (id, found) where m.id = t.id)";

// A message of a delivery, and its row in the ledger.
struct Message {
    DeliveredMessage delivered;
    MessageId id = 0;  // 0 for a stranger's, and for what names none
    Timestamp seenAt;
    bool fresh = true;
    std::int64_t found = 0;
};

// One transaction's work: what to ask, what to make of the answers, what to write.
class Deliveries {
  public:
    Deliveries(const std::vector<const std::vector<DeliveredOffer>*>& callers, Timestamp now)
        : now_(now), reports_(callers.size()) {
        for (std::size_t caller = 0; caller < callers.size(); ++caller) {
            reports_[caller].items.resize(callers[caller]->size());
            for (std::size_t place = 0; place < callers[caller]->size(); ++place) {
                offers_.push_back(&(*callers[caller])[place]);
                givenBy_.push_back({caller, place});
            }
        }
        auto messages = messagesOf(offers_);
        messages_.reserve(messages.size());
        for (DeliveredMessage& message : messages) {
            named_ += message.isNamed() ? 1 : 0;
            messages_.push_back({.delivered = std::move(message), .seenAt = now});
        }
    }

    // Without a lock nothing is looked up.
    Batch questions(UserLock lock) {
        Column user = integers(), source = texts(), id = texts();
        std::set<UserId> users;
        for (const auto& [message, row, seenAt, fresh, found] : messages_) {
            users.insert(message.user);
            for (const auto& item : message.items) batch_.expect(message.user, item.keys);
            if (!message.isNamed()) continue;
            user.add(message.user);
            source.add(message.source);
            id.add(message.sourceId);
        }
        Batch batch;
        addUserLock(batch, users, lock);
        if (named_ != 0) {
            batch.add(knownMessages, user.take(), source.take(), id.take());
            batch.add(newMessageIds, named_);
        }
        batch_.ask(batch, lock != UserLock::None);
        return batch;
    }

    Task<void> learn(Call& call, const std::vector<Rows>& answers) {
        nameStrangers(answers[0]);
        if (named_ != 0) identify(answers[1], answers[2]);
        std::vector<MessageId> known;
        for (const Message& message : messages_) {
            if (!message.fresh) known.push_back(message.id);
        }
        co_await batch_.learn(call, answers, std::move(known));
    }

    // Each user's offers together: new ones get their ids so, and the server then finds a place for the next one in its
    // indexes where it has just been.
    void decide() {
        std::vector<Message*> ordered;
        ordered.reserve(messages_.size());
        for (Message& message : messages_) ordered.push_back(&message);
        std::ranges::stable_sort(ordered, {}, [](const Message* message) { return message->delivered.user; });
        std::vector<std::set<UserId>> grown(reports_.size());
        for (Message* message : ordered) take(*message, grown);
        for (std::size_t caller = 0; caller < grown.size(); ++caller)
            reports_[caller].grown.assign(grown[caller].begin(), grown[caller].end());
    }

    Batch changes(std::uint32_t rowType) {
        Column id = integers(), user = integers(), source = texts(), sourceId = texts(), found = integers();
        Column known = integers(), more = integers();
        for (const Message& message : messages_) {
            if (message.id == 0) continue;
            if (message.fresh) {
                id.add(message.id);
                user.add(message.delivered.user);
                source.add(message.delivered.source);
                sourceId.add(message.delivered.sourceId);
                found.add(message.found);
            } else if (message.found != 0) {
                known.add(message.id);
                more.add(message.found);
            }
        }
        Batch batch;
        if (named_ != 0) {
            batch.add(insertMessages, id.take(), user.take(), source.take(), sourceId.take(), found.take(), now_);
            batch.add(countFound, known.take(), more.take(), now_);
        }
        batch_.write(batch, rowType);
        return batch;
    }

    std::vector<DeliveryReport> takeReports() { return std::move(reports_); }

  private:
    // Which caller gave an offer, and where among theirs.
    struct GivenBy {
        std::size_t caller = 0, place = 0;
    };

    // A caller who names a user that is not there has nothing stored.
    void nameStrangers(const Rows& users) {
        for (int row = 0; row < users.size(); ++row) profiles_[users[row].integer(0)] = users[row].integer(1);
        for (std::size_t offer = 0; offer < offers_.size(); ++offer) {
            const auto& [caller, place] = givenBy_[offer];
            if (!profiles_.contains(offers_[offer]->user)) reports_[caller].strangers.push_back(place);
        }
        for (DeliveryReport& report : reports_) {
            if (!report.strangers.empty()) report.items.clear();
        }
    }

    // The ledger's row of each named message, which come first, that somebody's offers come in; or the id of one that
    // is to be made.
    void identify(const Rows& known, const Rows& ids) {
        for (int row = 0; row < known.size(); ++row) {
            Message& message = messages_[static_cast<std::size_t>(known[row].integer(0) - 1)];
            message.id = known[row].integer(1);
            message.seenAt = known[row].time(2);
            message.fresh = false;
        }
        for (int row = 0; row < ids.size(); ++row) {
            Message& message = messages_[static_cast<std::size_t>(row)];
            const bool wanted =
                std::ranges::any_of(message.delivered.items, [this](const auto& item) { return isStored(item.place); });
            if (message.fresh && wanted) message.id = ids[row].integer(0);
        }
    }

    bool isStored(std::size_t offer) const { return reports_[givenBy_[offer].caller].strangers.empty(); }

    void take(Message& message, std::vector<std::set<UserId>>& grown) {
        const DeliveredMessage& delivered = message.delivered;
        const auto profile = profiles_.find(delivered.user);
        if (profile == profiles_.end()) return;  // a stranger's
        // The profile of now: a service scores by what it was told last.
        const IngestBook::Origin origin{.user = delivered.user,
                                        .message = message.id,
                                        .source = std::string(delivered.source),
                                        .sourceId = std::string(delivered.sourceId),
                                        .seenAt = message.seenAt,
                                        .judgedFor = profile->second};
        for (const auto& [offer, keys] : delivered.items) {
            if (!isStored(offer)) continue;
            const auto& [caller, place] = givenBy_[offer];
            const auto stored = batch_.book().see(origin, keys, offers_[offer]->sighting);
            reports_[caller].items[place] = {.offer = stored.offer, .outcome = stored.outcome};
            message.found += stored.outcome == Delivery::Created || stored.outcome == Delivery::Updated ? 1 : 0;
            for (const auto& [owner, id] : batch_.book().takeGrown()) grown[caller].insert(owner);
        }
    }

    const Timestamp now_;
    std::vector<DeliveryReport> reports_;
    std::vector<const DeliveredOffer*> offers_;  // of all callers
    std::vector<GivenBy> givenBy_;               // for each of them
    std::vector<Message> messages_;              // the named ones first
    std::int64_t named_ = 0;
    std::map<UserId, ProfileVersion> profiles_;
    OfferBatch batch_;
};

}  // namespace

Task<Result<std::vector<DeliveryReport>>> Deliverer::deliver(Call& call,
                                                             std::vector<const std::vector<DeliveredOffer>*> callers,
                                                             Timestamp now, int attempt) {
    if (attempt > 1) doubts_ = doubtsAfterSurprise;
    const bool lookUp = doubts_.load() > 0;
    if (attempt == 1 && lookUp) --doubts_;
    Deliveries work(callers, now);
    const UserLock lock = !lookUp ? UserLock::None : attempt < 3 ? UserLock::Shared : UserLock::Exclusive;
    const auto answers = co_await call.run(work.questions(lock));
    co_await work.learn(call, answers);
    work.decide();
    co_await call.runAndCommit(work.changes(call.offersType()));
    co_return work.takeReports();
}

}  // namespace nextjob::store::postgres
