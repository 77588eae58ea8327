#include "store/postgres/deliver.hpp"

#include "store/postgres/offer_batch.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace nextjob::store::postgres {
namespace {

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

// One message of a delivery: whose it is, and what it is known by. The number tells apart what names none.
using MessageName = std::tuple<UserId, std::string, std::string, std::size_t>;

bool isNamed(const MessageName& name) { return !std::get<2>(name).empty(); }

// An offer and whose it is in the end: the caller's, at this place.
struct Item {
    std::size_t caller = 0, place = 0;
    const DeliveredOffer* offer = nullptr;
};

struct Message {
    std::vector<Item> items;
    std::vector<OfferKeys> keys;
    MessageId id = 0;
    Timestamp seenAt;
    bool fresh = true;
    std::int64_t found = 0;
};

// One transaction's work: what to ask, what to make of the answers, what to write.
class Deliveries {
  public:
    Deliveries(std::vector<const std::vector<DeliveredOffer>*> callers, Timestamp now)
        : callers_(std::move(callers)), now_(now), reports_(callers_.size()) {
        std::size_t nameless = 0;
        for (std::size_t caller = 0; caller < callers_.size(); ++caller) {
            const auto& offers = *callers_[caller];
            reports_[caller].items.resize(offers.size());
            for (std::size_t place = 0; place < offers.size(); ++place) {
                const DeliveredOffer& offer = offers[place];
                const std::size_t number = offer.sourceId.empty() ? nameless++ : 0;
                messages_[{offer.user, offer.source, offer.sourceId, number}].items.push_back({caller, place, &offer});
            }
        }
        for (auto& [name, message] : messages_) {
            std::vector<const OfferSighting*> together;
            for (const Item& item : message.items) together.push_back(&item.offer->sighting);
            message.keys = keysOf(together);
        }
    }

    Batch questions(UserLock lock) {
        Column user = integers(), source = texts(), id = texts();
        std::set<UserId> users;
        std::int64_t named = 0;
        for (const auto& [name, message] : messages_) {
            const auto& [messageUser, messageSource, messageId, number] = name;
            users.insert(messageUser);
            offers_.expect(messageUser, message.keys);
            if (!isNamed(name)) continue;
            ++named;
            user.add(messageUser);
            source.add(messageSource);
            id.add(messageId);
        }
        Batch batch;
        addUserLock(batch, users, lock);
        batch.add(knownMessages, user.take(), source.take(), id.take());
        batch.add(newMessageIds, named);
        offers_.ask(batch);
        return batch;
    }

    Task<void> learn(Call& call, const std::vector<Rows>& answers) {
        nameStrangers(answers[0]);
        identify(answers[1], answers[2]);
        std::vector<MessageId> known;
        for (const auto& [name, message] : messages_) {
            if (!message.fresh) known.push_back(message.id);
        }
        co_await offers_.learn(call, answers, known);
    }

    void decide() {
        std::vector<std::set<UserId>> grown(callers_.size());
        for (auto& [name, message] : messages_) take(name, message, grown);
        for (std::size_t caller = 0; caller < grown.size(); ++caller)
            reports_[caller].grown.assign(grown[caller].begin(), grown[caller].end());
    }

    Batch changes() {
        Column id = integers(), user = integers(), source = texts(), sourceId = texts(), found = integers();
        Column known = integers(), more = integers();
        for (const auto& [name, message] : messages_) {
            if (message.id == 0) continue;  // a stranger's, or none
            if (message.fresh) {
                id.add(message.id);
                user.add(std::get<0>(name));
                source.add(std::get<1>(name));
                sourceId.add(std::get<2>(name));
                found.add(message.found);
            } else if (message.found != 0) {
                known.add(message.id);
                more.add(message.found);
            }
        }
        Batch batch;
        batch.add(insertMessages, id.take(), user.take(), source.take(), sourceId.take(), found.take(), now_);
        batch.add(countFound, known.take(), more.take(), now_);
        offers_.write(batch);
        return batch;
    }

    std::vector<DeliveryReport> takeReports() { return std::move(reports_); }

  private:
    // A caller who names a user that is not there has nothing stored.
    void nameStrangers(const Rows& users) {
        for (int row = 0; row < users.size(); ++row) profiles_[users[row].integer(0)] = users[row].integer(1);
        for (std::size_t caller = 0; caller < callers_.size(); ++caller) {
            DeliveryReport& report = reports_[caller];
            for (std::size_t place = 0; place < callers_[caller]->size(); ++place) {
                if (!profiles_.contains((*callers_[caller])[place].user)) report.strangers.push_back(place);
            }
            if (!report.strangers.empty()) report.items.clear();
        }
    }

    // The ledger's row of each message that somebody's offers come in, or the id of one that is to be made.
    void identify(const Rows& known, const Rows& ids) {
        std::vector<Message*> inOrder;
        for (auto& [name, message] : messages_) {
            message.seenAt = now_;
            if (isNamed(name)) inOrder.push_back(&message);
        }
        for (int row = 0; row < known.size(); ++row) {
            Message& message = *inOrder[static_cast<std::size_t>(known[row].integer(0) - 1)];
            message.id = known[row].integer(1);
            message.seenAt = known[row].time(2);
            message.fresh = false;
        }
        for (int row = 0; row < ids.size(); ++row) {
            Message& message = *inOrder[static_cast<std::size_t>(row)];
            const bool wanted = std::ranges::any_of(message.items, [this](const Item& item) { return isStored(item); });
            if (!message.fresh || !wanted) continue;
            message.id = ids[row].integer(0);
        }
    }

    bool isStored(const Item& item) const { return reports_[item.caller].strangers.empty(); }

    void take(const MessageName& name, Message& message, std::vector<std::set<UserId>>& grown) {
        const auto& [user, source, sourceId, number] = name;
        const auto profile = profiles_.find(user);
        if (profile == profiles_.end()) return;  // a stranger's
        // The profile of now: a service scores by what it was told last.
        const IngestBook::Origin origin{.user = user,
                                        .message = message.id,
                                        .source = source,
                                        .sourceId = sourceId,
                                        .seenAt = message.seenAt,
                                        .judgedFor = profile->second};
        for (std::size_t place = 0; place < message.items.size(); ++place) {
            const Item& item = message.items[place];
            if (!isStored(item)) continue;
            const auto stored = offers_.book().see(origin, message.keys[place], item.offer->sighting);
            reports_[item.caller].items[item.place] = {.offer = stored.offer, .outcome = stored.outcome};
            message.found += stored.outcome == Delivery::Created || stored.outcome == Delivery::Updated ? 1 : 0;
            for (const auto& [owner, offer] : offers_.book().takeGrown()) grown[item.caller].insert(owner);
        }
    }

    const std::vector<const std::vector<DeliveredOffer>*> callers_;
    const Timestamp now_;
    std::vector<DeliveryReport> reports_;
    std::map<MessageName, Message> messages_;
    std::map<UserId, ProfileVersion> profiles_;
    OfferBatch offers_;
};

}  // namespace

Task<Result<std::vector<DeliveryReport>>> deliver(Call& call, std::vector<const std::vector<DeliveredOffer>*> callers,
                                                  Timestamp now, UserLock lock) {
    Deliveries work(std::move(callers), now);
    const auto answers = co_await call.run(work.questions(lock));
    co_await work.learn(call, answers);
    work.decide();
    co_await call.runAndCommit(work.changes());
    co_return work.takeReports();
}

}  // namespace nextjob::store::postgres
