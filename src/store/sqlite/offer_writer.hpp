#pragma once

#include "model/message_record.hpp"
#include "model/stored_offer.hpp"
#include "store/sqlite/connection.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextjob::store::sqlite {

// The message that offers are stored for.
struct Origin {
    UserId user = 0;
    MessageId message = 0;
    std::string source, sourceId;
    Timestamp seenAt;  // when the mail was received
};

// Stores the offers of one message, inside a transaction.
class OfferWriter {
  public:
    // `offers` are all of the message, for what they share; those that then know more than what scored them enter
    // `grown`.
    OfferWriter(Connection& connection, Origin origin, const std::vector<const OfferSighting*>& offers,
                std::vector<std::pair<UserId, OfferId>>& grown);

    struct Stored {
        OfferId offer = 0;  // 0 when it is suppressed
        Delivery outcome = Delivery::Unchanged;
    };
    Stored store(const OfferSighting& seen);

  private:
    struct Known {
        OfferId offer = 0;
        bool removed = false;  // deleted by the user
    };

    std::string linkKeyOf(const OfferSighting& seen) const;
    std::optional<Known> find(const std::string& key);
    std::optional<Known> recognise(const OfferSighting& seen);
    bool hasOtherLink(OfferId offer, std::string_view linkKey);
    void rememberKeys(const OfferSighting& seen, OfferId offer, bool removed);
    bool insertSighting(OfferId offer, const OfferSighting& seen);
    OfferId insert(const OfferSighting& seen);
    void merge(OfferId id, const OfferSighting& seen);

    Connection& connection_;
    Origin origin_;
    const std::set<std::string> sharedLinks_;
    std::vector<std::pair<UserId, OfferId>>& grown_;
};

}  // namespace nextjob::store::sqlite
