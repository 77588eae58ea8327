#include "store/delivered_messages.hpp"

#include <map>
#include <tuple>

namespace nextjob::store {

std::vector<DeliveredMessage> messagesOf(const std::vector<const DeliveredOffer*>& offers) {
    std::map<std::tuple<UserId, std::string_view, std::string_view>, std::vector<std::size_t>> named;
    std::vector<std::size_t> nameless;
    for (std::size_t place = 0; place < offers.size(); ++place) {
        const DeliveredOffer& offer = *offers[place];
        auto& places = offer.sourceId.empty() ? nameless : named[{offer.user, offer.source, offer.sourceId}];
        places.push_back(place);
    }
    std::vector<DeliveredMessage> messages;
    messages.reserve(named.size() + nameless.size());
    for (const auto& [name, places] : named) {
        const auto& [user, source, sourceId] = name;
        std::vector<const OfferSighting*> together;
        for (const std::size_t place : places) together.push_back(&offers[place]->sighting);
        const auto keys = keysOf(together);
        DeliveredMessage& message =
            messages.emplace_back(DeliveredMessage{.user = user, .source = source, .sourceId = sourceId, .items = {}});
        for (std::size_t i = 0; i < places.size(); ++i) message.items.push_back({places[i], keys[i]});
    }
    for (const std::size_t place : nameless) {
        const DeliveredOffer& offer = *offers[place];
        messages.push_back(
            {.user = offer.user, .source = offer.source, .sourceId = {}, .items = {{place, keysOf(offer.sighting)}}});
    }
    return messages;
}

}  // namespace nextjob::store
