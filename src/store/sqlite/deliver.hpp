#pragma once

#include "model/error.hpp"
#include "store/delivered_messages.hpp"
#include "store/offers.hpp"
#include "store/sqlite/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nextjob::store::sqlite {

// Offers::deliver, inside a transaction. `messages` are those of the offers.
Result<DeliveryReport> deliver(Connection& connection, const std::vector<DeliveredOffer>& offers,
                               const std::vector<DeliveredMessage>& messages, Timestamp now);

// Enters a message that a service has dealt with, as done; nothing when the ledger has it.
std::optional<MessageId> markMessage(Connection& connection, UserId user, const std::string& source,
                                     const std::string& sourceId, Timestamp now);

}  // namespace nextjob::store::sqlite
