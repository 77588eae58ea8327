#pragma once

#include "model/stored_offer.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace nextjob::api {

// Offers as lists show them, in JSON, each for as long as its row and its owner's address are what they were. A page
// that somebody reads again then costs a look at an index. Bounded; who was not asked for longest goes first. Shared by
// all threads.
class RenderedOffers {
  public:
    using Json = std::shared_ptr<const std::string>;

    explicit RenderedOffers(std::size_t mostBytes) : mostBytes_(mostBytes) {}

    // For each mark the offer as it is now, null where it is not here.
    std::vector<Json> find(const std::vector<OfferMark>& marks);

    // An older state than the one that is here is passed over.
    void keep(OfferMark mark, Json json);

  private:
    struct Entry {
        OfferMark mark;
        Json json;

        std::size_t bytes() const;
    };
    using Entries = std::list<Entry>;

    void forget(Entries::iterator entry);

    const std::size_t mostBytes_;
    std::mutex mutex_;
    std::size_t bytes_ = 0;
    Entries entries_;  // the one that was asked for last first
    std::unordered_map<OfferId, Entries::iterator> byOffer_;
};

}  // namespace nextjob::api
