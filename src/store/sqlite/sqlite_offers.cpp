#include "store/sqlite/sqlite_offers.hpp"

#include "model/names.hpp"
#include "store/facts_json.hpp"
#include "store/sql/offers.hpp"
#include "store/sqlite/deliver.hpp"
#include "store/sqlite/ingest.hpp"
#include "store/sqlite/offer_rows.hpp"
#include "store/sqlite/search_words.hpp"
#include "text/fold.hpp"

#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

struct Ordering {
    std::string_view key;
    std::string_view columns;  // the key as the list's second column
    bool keyIsText;
};

Ordering orderingOf(OfferOrder order) {
    switch (order) {
        case OfferOrder::Score: return {"o.match_score", "o.id, o.match_score, ", false};
        case OfferOrder::FirstSeen: return {"o.first_seen_at", "o.id, o.first_seen_at, ", false};
        case OfferOrder::LastSeen: return {"o.last_seen_at", "o.id, o.last_seen_at, ", false};
        case OfferOrder::Company: return {"o.company_key", "o.id, o.company_key, ", true};
        case OfferOrder::Title: return {"o.title_key", "o.id, o.title_key, ", true};
    }
    throw std::logic_error("an order of offers without a column");
}

// Adds values and conditions to a list as $n.
class Conditions {
  public:
    explicit Conditions(ListQuery& list) : list_(list) {}

    std::string place(std::variant<std::int64_t, std::string> value) {
        list_.values.push_back(std::move(value));
        return fmt::format("${}", list_.values.size());
    }

    template <class Enum>
    void oneOf(std::string_view column, const std::vector<Enum>& allowed) {
        std::string places;
        for (const Enum value : allowed) {
            places += (places.empty() ? "" : ", ") + place(std::string(nameOf(value)));
        }
        add(fmt::format("{} in ({})", column, places));
    }

    void add(std::string_view condition) { list_.where += fmt::format(" and {}", condition); }

  private:
    ListQuery& list_;
};

std::unexpected<Error> noSuchOffer() { return failure(ErrorCode::NotFound, "There is no such offer."); }

std::string listName(OfferSort sort) {
    return fmt::format("offers.{}.{}", nameOf(sort.by), sort.descending ? "desc" : "asc");
}

// The most values an `in (…)` takes: each enumerator once.
template <class Enum>
std::vector<Enum> distinct(std::vector<Enum> values) {
    std::ranges::sort(values);
    const auto repeated = std::ranges::unique(values);
    values.erase(repeated.begin(), repeated.end());
    return values;
}

StoredSighting readSighting(const Query& query) {
    return {.message = query.integer(2),
            .seenAt = query.time(1),
            .source = query.text(3),
            .sourceId = query.text(4),
            .sender = query.text(5),
            .subject = query.text(6),
            .facts = factsFromJson(query.text(7)),
            .evidenceJson = query.text(8),
            .sourceText = query.text(9)};
}

}  // namespace

ListQuery offerList(UserId user, const OfferFilter& filter, OfferSort sort) {
    const Ordering ordering = orderingOf(sort.by);
    ListQuery list{.name = listName(sort),
                   .columns = std::string(ordering.columns) + std::string(sql::offerColumns),
                   .from = std::string(sql::offersOfUsers),
                   .countFrom = "offers o",
                   .where = "o.user_id = $1",
                   .values = {user},
                   .id = "o.id",
                   .key = ordering.key,
                   .keyIsText = ordering.keyIsText,
                   .descending = sort.descending};
    Conditions conditions(list);
    if (filter.minScore) {
        // With + no index is chosen for it: the one of the list's order gives the page without sorting.
        const char* column = sort.by == OfferOrder::Score ? "o.match_score" : "+o.match_score";
        conditions.add(fmt::format("{} >= {}", column, conditions.place(std::int64_t{*filter.minScore})));
    }
    if (!filter.workModes.empty()) conditions.oneOf("o.work_mode", distinct(filter.workModes));
    if (!filter.company.empty()) {
        conditions.add(fmt::format("instr(o.company_key, {}) > 0", conditions.place(text::fold(filter.company))));
    }
    if (filter.states.empty()) {
        conditions.add("o.state <> 'hidden'");
    } else {
        conditions.oneOf("o.state", distinct(filter.states));
    }
    if (!filter.source.empty()) conditions.add(fmt::format("o.source = {}", conditions.place(filter.source)));
    if (!filter.sender.empty()) {
        conditions.add(
            fmt::format("exists (select 1 from sightings s join messages m on m.id = s.message_id "
                        "where s.offer_id = o.id and instr(lower(m.sender), lower({})) > 0)",
                        conditions.place(filter.sender)));
    }
    if (filter.since) {
        const char* column = sort.by == OfferOrder::FirstSeen ? "o.first_seen_at" : "+o.first_seen_at";
        conditions.add(fmt::format("{} >= {}", column, conditions.place(filter.since->time_since_epoch().count())));
    }
    const std::string words = searchExpression(user, filter.text);
    if (!words.empty()) {
        conditions.add(fmt::format("o.id in (select rowid from offer_search where offer_search match {})",
                                   conditions.place(words)));
    } else if (!filter.text.empty()) {
        conditions.add("false");  // only punctuation: no offer has such a word
    }
    return list;
}

Task<Result<IngestReport>> SqliteOffers::ingest(std::vector<AnalysedMessage> messages) {
    auto work = [this, messages = std::move(messages)](Connection& connection) {
        return sqlite::ingest(connection, messages, database_.now());
    };
    auto report = co_await database_.write(std::move(work));
    database_.roomMade.notify();
    co_return report;
}

Task<Result<DeliveryReport>> SqliteOffers::deliver(std::vector<DeliveredOffer> offers) {
    return database_.write([this, offers = std::move(offers)](Connection& connection) {
        return sqlite::deliver(connection, offers, database_.now());
    });
}

Task<Result<Page<StoredOffer>>> SqliteOffers::list(UserId user, OfferFilter filter, OfferSort sort, PageRequest page) {
    return database_.read([list = offerList(user, filter, sort),
                           page = std::move(page)](Connection& connection) -> Result<Page<StoredOffer>> {
        const auto reader = PageReader::prepare(list, page);
        if (!reader) return std::unexpected(reader.error());
        return reader->read<StoredOffer>(connection, readOffer);
    });
}

Task<Result<std::int64_t>> SqliteOffers::count(UserId user, OfferFilter filter) {
    return database_.read([list = offerList(user, filter, {})](Connection& connection) -> Result<std::int64_t> {
        return PageReader::prepare(list, {}).value().count(connection);
    });
}

Task<Result<StoredOffer>> SqliteOffers::find(UserId user, OfferId id) {
    return database_.read([user, id](Connection& connection) -> Result<StoredOffer> {
        auto offer = findOffer(connection, user, id);
        if (!offer) return noSuchOffer();
        return std::move(*offer);
    });
}

Task<Result<Page<StoredSighting>>> SqliteOffers::sightings(UserId user, OfferId id, PageRequest page) {
    return database_.read([user, id, page = std::move(page)](Connection& connection) -> Result<Page<StoredSighting>> {
        if (connection.integerOf(sql::offerExists, user, id) == 0) return noSuchOffer();
        const ListQuery list{.name = "sightings",
                             .columns = std::string(sql::sightingColumns),
                             .from = std::string(sql::sightingsOfMessages),
                             .countFrom = std::string(sql::sightingsOfMessages),
                             .where = "o.user_id = $1 and o.id = $2",
                             .values = {user, id},
                             .id = "s.id",
                             .key = "s.seen_at",
                             .descending = true};
        const auto reader = PageReader::prepare(list, page);
        if (!reader) return std::unexpected(reader.error());
        return reader->read<StoredSighting>(connection, readSighting);
    });
}

Task<Result<StoredOffer>> SqliteOffers::setState(UserId user, OfferId id, OfferState state, std::string note) {
    return database_.write(
        [this, user, id, state, note = std::move(note)](Connection& connection) -> Result<StoredOffer> {
            auto offer = findOffer(connection, user, id);
            if (!offer) return noSuchOffer();
            if (offer->state == state && note.empty()) return std::move(*offer);
            connection.run(sql::setOfferState, id, user, nameOf(state));
            connection.run(sql::insertStateChange, id, nameOf(offer->state), nameOf(state), note, database_.now());
            offer->state = state;
            return std::move(*offer);
        });
}

Task<Result<std::vector<StateChange>>> SqliteOffers::history(UserId user, OfferId id) {
    return database_.read([user, id](Connection& connection) -> Result<std::vector<StateChange>> {
        if (connection.integerOf(sql::offerExists, user, id) == 0) return noSuchOffer();
        std::vector<StateChange> steps;
        Query query = connection.query(sql::stateChangesOfOffer, user, id);
        while (query.step()) {
            steps.push_back({.at = query.time(0),
                             .from = parseName<OfferState>(query.text(1)).value(),
                             .to = parseName<OfferState>(query.text(2)).value(),
                             .note = query.text(3)});
        }
        return steps;
    });
}

Task<Result<void>> SqliteOffers::remove(UserId user, OfferId id) {
    return database_.write([user, id](Connection& connection) -> Result<void> {
        if (connection.run(sql::deleteOffer, id, user) == 0) return noSuchOffer();
        connection.run(sql::removeOfferKeys, user, id);
        return {};
    });
}

Task<Result<std::vector<UserId>>> SqliteOffers::usersWithStale() {
    return database_.read([](Connection& connection) -> Result<std::vector<UserId>> {
        std::vector<UserId> users;
        Query query = connection.query(sql::usersWithStaleOffers);
        while (query.step()) users.push_back(query.integer(0));
        return users;
    });
}

Task<Result<std::vector<StoredOffer>>> SqliteOffers::stale(UserId user, OfferId beyond, int limit) {
    static const std::string sql =
        fmt::format("select o.id, o.id, {} from {} {}", sql::offerColumns, sql::offersOfUsers, sql::staleOffersOfUser);
    return database_.read([user, beyond, limit](Connection& connection) -> Result<std::vector<StoredOffer>> {
        std::vector<StoredOffer> offers;
        Query query = connection.query(sql, user, beyond, limit);
        while (query.step()) offers.push_back(readOffer(query));
        return offers;
    });
}

Task<Result<void>> SqliteOffers::rescore(UserId user, std::vector<Judgement> judgements) {
    return database_.write([user, judgements = std::move(judgements)](Connection& connection) -> Result<void> {
        for (const Judgement& judgement : judgements) setScore(connection, user, judgement);
        return {};
    });
}

}  // namespace nextjob::store::sqlite
