#include "store/sqlite/ingest.hpp"

#include "model/names.hpp"
#include "store/facts_json.hpp"
#include "store/merge.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/offers.hpp"
#include "store/sql/queue.hpp"
#include "store/sqlite/offer_rows.hpp"
#include "store/sqlite/sqlite_messages.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace nextjob::store::sqlite {
namespace {

// The message that offers are stored for.
struct Origin {
    UserId user = 0;
    MessageId message = 0;
    std::string source, sourceId;
    Timestamp seenAt;  // when the mail was received
};

struct Known {
    OfferId offer = 0;
    bool removed = false;  // deleted by the user
};

enum class Stored : std::uint8_t { New, SeenAgain, Unchanged, Suppressed };

std::optional<std::string> unlessEmpty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// The link keys that stand under offers of different words.
std::set<std::string> linksOfSeveral(const std::vector<OfferSighting>& offers) {
    std::map<std::string, std::string> words;
    std::set<std::string> shared;
    for (const OfferSighting& offer : offers) {
        const auto [entry, first] = words.emplace(offer.linkKey, offer.textKey);
        if (!first && entry->second != offer.textKey) shared.insert(offer.linkKey);
    }
    return shared;
}

// Stores the offers of one message.
class OfferWriter {
  public:
    OfferWriter(Connection& connection, Origin origin, const std::vector<OfferSighting>& offers, IngestReport& report)
        : connection_(connection), origin_(std::move(origin)), sharedLinks_(linksOfSeveral(offers)), report_(report) {}

    Stored store(const OfferSighting& seen) {
        const auto known = recognise(seen);
        if (!known) {
            insert(seen);
            return Stored::New;
        }
        rememberKeys(seen, known->offer, known->removed);
        if (known->removed) return Stored::Suppressed;
        if (!insertSighting(known->offer, seen)) return Stored::Unchanged;
        merge(known->offer, seen);
        return Stored::SeenAgain;
    }

  private:
    // "" for a link under several offers: it is the mail's, not theirs.
    std::string linkKeyOf(const OfferSighting& seen) const {
        return seen.linkKey.empty() || sharedLinks_.contains(seen.linkKey) ? "" : "l:" + seen.linkKey;
    }
    static std::string textKeyOf(const OfferSighting& seen) { return seen.textKey.empty() ? "" : "t:" + seen.textKey; }

    std::optional<Known> find(const std::string& key) {
        if (key.empty()) return std::nullopt;
        Query query = connection_.query(sql::findOfferKey, origin_.user, key);
        if (!query.step()) return std::nullopt;
        return Known{.offer = query.integer(0), .removed = query.flag(1)};
    }

    std::optional<Known> recognise(const OfferSighting& seen) {
        if (const auto byLink = find(linkKeyOf(seen))) return byLink;
        const auto byText = find(textKeyOf(seen));
        if (byText && !linkKeyOf(seen).empty() && hasOtherLink(byText->offer, seen.linkKey)) return std::nullopt;
        return byText;
    }

    // Whether the offer is known by another id of the same board: then it is another job.
    bool hasOtherLink(OfferId offer, std::string_view linkKey) {
        const std::string_view board = boardOf(linkKey);
        if (board.empty()) return false;
        const std::string beginning = "l:" + std::string(board);
        Query query = connection_.query(sql::keysOfOffer, offer);
        while (query.step()) {
            if (query.text(0).starts_with(beginning)) return true;
        }
        return false;
    }

    void rememberKeys(const OfferSighting& seen, OfferId offer, bool removed) {
        for (const std::string& key : {linkKeyOf(seen), textKeyOf(seen)}) {
            if (!key.empty()) connection_.run(sql::insertOfferKey, origin_.user, key, offer, removed);
        }
    }

    bool insertSighting(OfferId offer, const OfferSighting& seen) {
        return connection_.run(sql::insertSighting, offer, origin_.message, origin_.seenAt, factsToJson(seen.facts),
                               seen.evidenceJson, seen.sourceText)
               == 1;
    }

    void insert(const OfferSighting& seen) {
        OfferId id = 0;
        {
            Query query = connection_.query(sql::insertOffer);
            bindFacts(query, seen.facts);
            query.bind(19, seen.score.matchScore);
            query.bind(20, seen.score.reason);
            query.bind(21, seen.score.technologiesMatched);
            query.bind(22, seen.score.criteriaJson);
            query.bind(23, seen.score.confidence);
            query.bind(24, seen.score.judgedFor);
            query.bind(25, origin_.user);
            query.bind(26, origin_.source);
            query.bind(27, origin_.sourceId);
            query.bind(28, origin_.seenAt);
            query.step();
            id = query.integer(0);
        }
        rememberKeys(seen, id, false);
        insertSighting(id, seen);
    }

    void merge(OfferId id, const OfferSighting& seen) {
        const StoredOffer known = findOffer(connection_, origin_.user, id).value();
        const bool newer = origin_.seenAt >= known.lastSeen;
        connection_.run(sql::touchOffer, id, std::min(known.firstSeen, origin_.seenAt),
                        std::max(known.lastSeen, origin_.seenAt));
        // The score of the mail that knew more stands until someone judges the merged offer.
        const bool betterJudged = seen.score.confidence > known.score.confidence
                                  || (seen.score.confidence == known.score.confidence && newer);
        if (betterJudged)
            setScore(connection_, origin_.user, {.offer = id, .revision = known.revision, .score = seen.score});
        const OfferFacts merged = mergeFacts(known.facts, seen.facts, newer);
        if (factsToJson(merged) != factsToJson(known.facts)) {
            Query query = connection_.query(sql::updateOfferFacts);
            bindFacts(query, merged);
            query.bind(19, id);
            query.step();
        }
        const OfferFacts& judged = betterJudged ? seen.facts : known.facts;
        if (sameForScoring(merged, judged)) return;
        connection_.run(sql::markGrown, id);
        report_.grown.emplace_back(origin_.user, id);
    }

    Connection& connection_;
    Origin origin_;
    const std::set<std::string> sharedLinks_;
    IngestReport& report_;
};

struct EndedMessage {
    Origin origin;
    std::optional<ImportId> import;
};

// Ends the ledger row; nothing when it has ended before.
std::optional<EndedMessage> endMessage(Connection& connection, const AnalysedMessage& analysed, Timestamp now) {
    const auto kind = analysed.kind ? std::optional(nameOf(*analysed.kind)) : std::nullopt;
    Query query = connection.query(sql::endMessage, analysed.message, analysed.user, nameOf(analysed.state),
                                   analysed.reason, kind, analysed.language, analysed.profile,
                                   unlessEmpty(analysed.subject), unlessEmpty(analysed.sender), analysed.receivedAt,
                                   analysed.announced, analysed.offers.size(), analysed.aboutTitle,
                                   analysed.aboutCompany, analysed.analysisTime.count(), analysed.truncated, now);
    if (!query.step()) return std::nullopt;
    return EndedMessage{.origin = {.user = analysed.user,
                                   .message = analysed.message,
                                   .source = query.text(1),
                                   .sourceId = query.text(2),
                                   .seenAt = query.isNull(3) ? query.time(4) : query.time(3)},
                        .import = query.optionalInteger(0)};
}

void ingestOne(Connection& connection, const AnalysedMessage& analysed, Timestamp now, IngestReport& report) {
    auto ended = endMessage(connection, analysed, now);
    if (!ended) {
        ++report.repeated;
        return;
    }
    ++report.completed;
    ImportCounts counts{.done = analysed.state == MessageState::Done ? 1 : 0,
                        .skipped = analysed.state == MessageState::Skipped ? 1 : 0};
    OfferWriter writer(connection, std::move(ended->origin), analysed.offers, report);
    for (const OfferSighting& offer : analysed.offers) {
        switch (writer.store(offer)) {
            case Stored::New: ++counts.offersNew; break;
            case Stored::SeenAgain: ++counts.offersUpdated; break;
            case Stored::Suppressed: ++report.offersSuppressed; break;
            case Stored::Unchanged: break;
        }
    }
    report.offersNew += static_cast<int>(counts.offersNew);
    report.offersUpdated += static_cast<int>(counts.offersUpdated);
    connection.run(sql::dequeue, analysed.message);
    connection.run(sql::deletePayload, analysed.message);
    if (ended->import) addToImport(connection, *ended->import, counts, now);
}

}  // namespace

Result<IngestReport> ingest(Connection& connection, const std::vector<AnalysedMessage>& messages, Timestamp now) {
    IngestReport report;
    for (const AnalysedMessage& message : messages) {
        if (message.state != MessageState::Done && message.state != MessageState::Skipped) {
            return failure(ErrorCode::Internal, "An analysed message ends as done or skipped.");
        }
        ingestOne(connection, message, now, report);
    }
    std::ranges::sort(report.grown);
    const auto repeated = std::ranges::unique(report.grown);
    report.grown.erase(repeated.begin(), repeated.end());
    return report;
}

}  // namespace nextjob::store::sqlite
