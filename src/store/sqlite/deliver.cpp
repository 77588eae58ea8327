#include "store/sqlite/deliver.hpp"

#include "store/sql/messages.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/offer_writer.hpp"

#include <algorithm>
#include <map>

namespace nextjob::store::sqlite {
namespace {

// The ledger's row of the message, made when it is not there; none for what names no message.
IngestBook::Origin originOf(Connection& connection, const DeliveredMessage& message, OfferWriter& writer,
                            Timestamp now) {
    const UserId user = message.user;
    const std::string source(message.source), sourceId(message.sourceId);
    IngestBook::Origin origin{.user = user, .message = 0, .source = source, .sourceId = sourceId, .seenAt = now};
    if (!message.isNamed()) return origin;
    if (const auto made = markMessage(connection, user, source, sourceId, now)) {
        origin.message = *made;
        return origin;
    }
    Query query = connection.query(sql::findMessageAtSource, user, source, sourceId);
    if (query.step()) {
        origin.message = query.integer(0);
        origin.seenAt = query.isNull(1) ? query.time(2) : query.time(1);
    } else {
        origin.message = connection.integerOf(sql::findMessageId, user, source + ":" + sourceId);
    }
    writer.knowSightingsOf(origin.message);
    return origin;
}

// The current profile of each user; 0 for one who is not there.
std::map<UserId, ProfileVersion> profilesOf(Connection& connection, const std::vector<DeliveredOffer>& offers) {
    std::map<UserId, ProfileVersion> profiles;
    for (const DeliveredOffer& offer : offers) {
        if (!profiles.contains(offer.user))
            profiles[offer.user] = connection.integerOf(sql::profileVersionOfUser, offer.user);
    }
    return profiles;
}

}  // namespace

std::optional<MessageId> markMessage(Connection& connection, UserId user, const std::string& source,
                                     const std::string& sourceId, Timestamp now) {
    if (connection.query(sql::findMessageAtSource, user, source, sourceId).step()) return std::nullopt;
    const MessageId made =
        connection.integerOf(sql::markMessage, user, source + ":" + sourceId, source, sourceId, false, now);
    return made == 0 ? std::nullopt : std::optional(made);
}

Result<DeliveryReport> deliver(Connection& connection, const std::vector<DeliveredOffer>& offers,
                               const std::vector<DeliveredMessage>& messages, Timestamp now) {
    DeliveryReport report;
    const auto profiles = profilesOf(connection, offers);
    for (std::size_t place = 0; place < offers.size(); ++place) {
        if (profiles.at(offers[place].user) == 0) report.strangers.push_back(place);
    }
    if (!report.strangers.empty()) return report;

    report.items.resize(offers.size());
    OfferWriter writer(connection);
    for (const DeliveredMessage& message : messages) {
        IngestBook::Origin origin = originOf(connection, message, writer, now);
        // The profile of now: a service scores by what it was told last.
        origin.judgedFor = profiles.at(origin.user);
        int found = 0;
        for (const auto& [place, keys] : message.items) {
            const auto stored = writer.store(origin, keys, offers[place].sighting);
            report.items[place] = {.offer = stored.offer, .outcome = stored.outcome};
            found += stored.outcome == Delivery::Created || stored.outcome == Delivery::Updated ? 1 : 0;
        }
        if (found != 0 && origin.message != 0) connection.run(sql::countFound, origin.message, found, now);
    }
    writer.write();
    const auto grown = writer.takeGrown();
    for (const auto& [user, offer] : grown) {
        if (std::ranges::find(report.grown, user) == report.grown.end()) report.grown.push_back(user);
    }
    return report;
}

}  // namespace nextjob::store::sqlite
