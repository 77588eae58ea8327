#include "store/postgres/ingest.hpp"

#include "model/names.hpp"
#include "store/postgres/offer_batch.hpp"
#include "store/postgres/postgres_messages.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace nextjob::store::postgres {
namespace {

// What else works on these messages takes their place in the queue first, too.
constexpr std::string_view lockQueue =
    "select message_id from queue where message_id = any ($1::bigint[]) order by message_id for update";

// Only a message that waits can end: a second run finds nothing to do.
constexpr std::string_view endMessages = R"(
    update messages m set
        state = t.state, reason = t.reason, kind = t.kind, language = t.language, profile = t.profile,
        subject = coalesce(t.subject, m.subject), sender = coalesce(t.sender, m.sender),
        received_at = coalesce(t.received_at, m.received_at), announced = t.announced, found = t.found,
        about_title = t.about_title, about_company = t.about_company, analysis_us = t.analysis_us,
        truncated = m.truncated or t.truncated, updated_at = $17::bigint
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::bigint[],
                $16::boolean[])
        as t (id, user_id, state, reason, kind, language, profile, subject, sender, received_at, announced, found,
              about_title, about_company, analysis_us, truncated)
    where m.id = t.id and m.user_id = t.user_id and m.state = 'queued'
    returning m.id, m.import_id, m.source, m.source_id, coalesce(m.received_at, m.first_seen_at))";

constexpr std::string_view dequeueAll = "delete from queue where message_id = any ($1::bigint[])";
constexpr std::string_view deletePayloads = "delete from payloads where message_id = any ($1::bigint[])";

std::optional<std::string> unlessEmpty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

Statement endAll(const std::vector<const AnalysedMessage*>& messages, Timestamp now) {
    Column id = integers(), user = integers(), state = texts(), reason = texts(), kind = texts(), language = texts(),
           profile = texts(), subject = texts(), sender = texts(), received = integers(), announced = integers(),
           found = integers(), title = texts(), company = texts(), took = integers(), truncated = flags();
    for (const AnalysedMessage* message : messages) {
        id.add(message->message);
        user.add(message->user);
        state.add(nameOf(message->state));
        reason.add(message->reason);
        kind.add(message->kind ? std::optional(nameOf(*message->kind)) : std::nullopt);
        language.add(message->language);
        profile.add(message->profile);
        subject.add(unlessEmpty(message->subject));
        sender.add(unlessEmpty(message->sender));
        received.add(message->receivedAt);
        announced.add(message->announced ? std::optional(std::int64_t{*message->announced}) : std::nullopt);
        found.add(static_cast<std::int64_t>(message->offers.size()));
        title.add(message->aboutTitle);
        company.add(message->aboutCompany);
        took.add(std::int64_t{message->analysisTime.count()});
        truncated.add(message->truncated);
    }
    return statementOf(endMessages, id.take(), user.take(), state.take(), reason.take(), kind.take(), language.take(),
                       profile.take(), subject.take(), sender.take(), received.take(), announced.take(), found.take(),
                       title.take(), company.take(), took.take(), truncated.take(), now);
}

// A message of one of the callers.
struct Item {
    std::size_t caller = 0;
    const AnalysedMessage* message = nullptr;
    std::vector<OfferKeys> keys;
};

// One transaction's work: what to ask, what to make of the answers, what to write.
class Ingest {
  public:
    Ingest(const std::vector<const std::vector<AnalysedMessage>*>& callers, Timestamp now)
        : now_(now), reports_(callers.size()) {
        std::set<MessageId> first;
        for (std::size_t caller = 0; caller < callers.size(); ++caller) {
            for (const AnalysedMessage& message : *callers[caller]) {
                if (first.insert(message.message).second) {
                    items_.push_back({caller, &message, keysOf(message.offers)});
                } else {
                    ++reports_[caller].repeated;
                }
            }
        }
    }

    Batch questions() {
        std::set<UserId> users;
        std::vector<const AnalysedMessage*> messages;
        std::vector<MessageId> ids;
        for (const Item& item : items_) {
            users.insert(item.message->user);
            messages.push_back(item.message);
            ids.push_back(item.message->message);
            for (const OfferKeys& keys : item.keys) offers_.expect(item.message->user, keys);
        }
        Batch batch;
        addUserLock(batch, users);
        batch.add(lockQueue, column(integers(), ids));
        endedRows_ = batch.add(endAll(messages, now_));
        offers_.ask(batch);
        return batch;
    }

    Task<void> learn(Call& call, const std::vector<Rows>& answers) { return offers_.learn(call, answers); }

    void decide(const std::vector<Rows>& answers) {
        const Rows& ended = answers[endedRows_];
        std::unordered_map<MessageId, int> rowOf;
        for (int row = 0; row < ended.size(); ++row) rowOf.emplace(ended[row].integer(0), row);
        for (const Item& item : items_) {
            const auto row = rowOf.find(item.message->message);
            if (row == rowOf.end()) {
                ++reports_[item.caller].repeated;
            } else {
                take(item, ended[row->second]);
            }
        }
    }

    Batch changes(std::uint32_t rowType) {
        Batch batch;
        offers_.write(batch, rowType);
        batch.add(dequeueAll, column(integers(), ended_));
        batch.add(deletePayloads, column(integers(), ended_));
        for (const auto& [import, counts] : imports_) addToImport(batch, import, counts, now_);
        return batch;
    }

    std::vector<IngestReport> takeReports() {
        for (IngestReport& report : reports_) {
            std::ranges::sort(report.grown);
            const auto repeated = std::ranges::unique(report.grown);
            report.grown.erase(repeated.begin(), repeated.end());
        }
        return std::move(reports_);
    }

  private:
    void take(const Item& item, const Row& ended) {
        IngestReport& report = reports_[item.caller];
        const AnalysedMessage& message = *item.message;
        const IngestBook::Origin origin{.user = message.user,
                                        .message = message.message,
                                        .source = ended.text(2),
                                        .sourceId = ended.text(3),
                                        .seenAt = ended.time(4)};
        ImportCounts counts{.done = message.state == MessageState::Done ? 1 : 0,
                            .skipped = message.state == MessageState::Skipped ? 1 : 0};
        for (std::size_t place = 0; place < message.offers.size(); ++place) {
            switch (offers_.book().see(origin, item.keys[place], message.offers[place]).outcome) {
                case Delivery::Created: ++counts.offersNew; break;
                case Delivery::Updated: ++counts.offersUpdated; break;
                case Delivery::Suppressed: ++report.offersSuppressed; break;
                case Delivery::Unchanged: break;
            }
        }
        ++report.completed;
        report.offersNew += static_cast<int>(counts.offersNew);
        report.offersUpdated += static_cast<int>(counts.offersUpdated);
        std::ranges::copy(offers_.book().takeGrown(), std::back_inserter(report.grown));
        ended_.push_back(message.message);
        if (const auto import = ended.optionalInteger(1)) {
            ImportCounts& sum = imports_[*import];
            sum.done += counts.done;
            sum.skipped += counts.skipped;
            sum.offersNew += counts.offersNew;
            sum.offersUpdated += counts.offersUpdated;
        }
    }

    const Timestamp now_;
    std::vector<IngestReport> reports_;
    std::vector<Item> items_;
    OfferBatch offers_;
    std::size_t endedRows_ = 0;
    std::vector<MessageId> ended_;
    std::map<ImportId, ImportCounts> imports_;
};

}  // namespace

Task<Result<std::vector<IngestReport>>> ingest(Call& call, std::vector<const std::vector<AnalysedMessage>*> callers,
                                               Timestamp now) {
    Ingest work(callers, now);
    const auto answers = co_await call.run(work.questions());
    co_await work.learn(call, answers);
    work.decide(answers);
    co_await call.runAndCommit(work.changes(call.offersType()));
    co_return work.takeReports();
}

}  // namespace nextjob::store::postgres
