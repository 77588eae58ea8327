#include "store/sqlite/ingest.hpp"

#include "model/names.hpp"
#include "store/sql/messages.hpp"
#include "store/sql/queue.hpp"
#include "store/sqlite/offer_writer.hpp"
#include "store/sqlite/sqlite_messages.hpp"

#include <algorithm>

namespace nextjob::store::sqlite {
namespace {

std::optional<std::string> unlessEmpty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

struct EndedMessage {
    IngestBook::Origin origin;
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

void ingestOne(Connection& connection, const AnalysedMessage& analysed, Timestamp now, OfferWriter& writer,
               IngestReport& report) {
    auto ended = endMessage(connection, analysed, now);
    if (!ended) {
        ++report.repeated;
        return;
    }
    ++report.completed;
    ImportCounts counts{.done = analysed.state == MessageState::Done ? 1 : 0,
                        .skipped = analysed.state == MessageState::Skipped ? 1 : 0};
    const auto keys = keysOf(analysed.offers);
    for (std::size_t place = 0; place < keys.size(); ++place) {
        switch (writer.store(ended->origin, keys[place], analysed.offers[place]).outcome) {
            case Delivery::Created: ++counts.offersNew; break;
            case Delivery::Updated: ++counts.offersUpdated; break;
            case Delivery::Suppressed: ++report.offersSuppressed; break;
            case Delivery::Unchanged: break;
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
    OfferWriter writer(connection);
    for (const AnalysedMessage& message : messages) {
        if (message.state != MessageState::Done && message.state != MessageState::Skipped) {
            return failure(ErrorCode::Internal, "An analysed message ends as done or skipped.");
        }
        ingestOne(connection, message, now, writer, report);
    }
    writer.write();
    report.grown = writer.takeGrown();
    std::ranges::sort(report.grown);
    const auto repeated = std::ranges::unique(report.grown);
    report.grown.erase(repeated.begin(), repeated.end());
    return report;
}

}  // namespace nextjob::store::sqlite
