#pragma once

#include "model/stored_offer.hpp"
#include "store/offer_key.hpp"

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace nextjob::store {

// What a delivery holds of one message. An offer that names no message is one by itself. Views into the offers, which
// outlive it.
struct DeliveredMessage {
    struct Item {
        std::size_t place = 0;  // among the offers
        OfferKeys keys;
    };

    UserId user = 0;
    std::string_view source, sourceId;
    boost::container::small_vector<Item, 1> items;

    bool isNamed() const { return !sourceId.empty(); }
};

// The messages of these offers: first those that are named, in the order of their names, so that of two transactions
// which bring the same ones neither waits in vain.
std::vector<DeliveredMessage> messagesOf(const std::vector<const DeliveredOffer*>& offers);

}  // namespace nextjob::store
