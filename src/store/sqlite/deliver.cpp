#include "store/sqlite/deliver.hpp"

#include "store/sql/messages.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/offer_writer.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace nextjob::store::sqlite {
namespace {

// One message of a delivery: whose it is, and what it is known by. The number tells apart what names none.
using MessageName = std::tuple<UserId, std::string, std::string, std::size_t>;

// The ledger's row of the message, made when it is not there; none for what names no message.
IngestBook::Origin originOf(Connection& connection, const MessageName& name, OfferWriter& writer, Timestamp now) {
    const auto& [user, source, sourceId, number] = name;
    IngestBook::Origin origin{.user = user, .message = 0, .source = source, .sourceId = sourceId, .seenAt = now};
    if (sourceId.empty()) return origin;
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

Result<DeliveryReport> deliver(Connection& connection, const std::vector<DeliveredOffer>& offers, Timestamp now) {
    DeliveryReport report;
    const auto profiles = profilesOf(connection, offers);
    std::map<MessageName, std::vector<std::size_t>> messages;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        if (profiles.at(offers[i].user) == 0) report.strangers.push_back(i);
        messages[{offers[i].user, offers[i].source, offers[i].sourceId, offers[i].sourceId.empty() ? i : 0}].push_back(
            i);
    }
    if (!report.strangers.empty()) return report;

    report.items.resize(offers.size());
    OfferWriter writer(connection);
    for (const auto& [name, places] : messages) {
        IngestBook::Origin origin = originOf(connection, name, writer, now);
        // The profile of now: a service scores by what it was told last.
        origin.judgedFor = profiles.at(origin.user);
        std::vector<const OfferSighting*> together;
        for (const std::size_t place : places) together.push_back(&offers[place].sighting);
        const auto keys = keysOf(together);
        int found = 0;
        for (std::size_t i = 0; i < places.size(); ++i) {
            const auto stored = writer.store(origin, keys[i], *together[i]);
            report.items[places[i]] = {.offer = stored.offer, .outcome = stored.outcome};
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
