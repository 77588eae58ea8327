#include "api/rendered_offers.hpp"

namespace nextjob::api {

namespace {

// Of an entry beside its text: the nodes of list and map, the counted pointer, the address.
constexpr std::size_t overhead = 256;

}  // namespace

std::size_t RenderedOffers::Entry::bytes() const { return json->size() + overhead; }

std::vector<RenderedOffers::Json> RenderedOffers::find(const std::vector<OfferMark>& marks) {
    std::vector<Json> found(marks.size());
    const std::scoped_lock lock(mutex_);
    for (std::size_t place = 0; place < marks.size(); ++place) {
        const auto known = byOffer_.find(marks[place].offer);
        if (known == byOffer_.end() || known->second->mark != marks[place]) continue;
        entries_.splice(entries_.begin(), entries_, known->second);
        found[place] = known->second->json;
    }
    return found;
}

void RenderedOffers::keep(OfferMark mark, Json json) {
    const std::scoped_lock lock(mutex_);
    if (const auto known = byOffer_.find(mark.offer); known != byOffer_.end()) {
        if (known->second->mark.version > mark.version) return;
        forget(known->second);
    }
    entries_.push_front({std::move(mark), std::move(json)});
    byOffer_[entries_.front().mark.offer] = entries_.begin();
    bytes_ += entries_.front().bytes();
    while (bytes_ > mostBytes_) forget(std::prev(entries_.end()));
}

void RenderedOffers::forget(Entries::iterator entry) {
    bytes_ -= entry->bytes();
    byOffer_.erase(entry->mark.offer);
    entries_.erase(entry);
}

}  // namespace nextjob::api
