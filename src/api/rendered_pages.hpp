#pragma once

#include "model/stored_offer.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace nextjob::api {

// Pages of offers as lists show them, in JSON, each for as long as its user's offers and address are what they were: a
// page that somebody reads again costs the store a look at one row, however many processes change offers. Packed to a
// fraction, so that the pages of many users fit. Bounded; who was not asked for longest goes first. Shared by all
// threads.
class RenderedPages {
  public:
    explicit RenderedPages(std::size_t mostBytes) : mostBytes_(mostBytes) {}

    // `name` says whose page it is and which.
    std::optional<std::string> find(const std::string& name, const OfferListMark& mark);

    // The mark was read before the page was. A page behind a newer mark is left as it is.
    void keep(std::string name, OfferListMark mark, std::string_view json);

  private:
    struct Packed {
        std::string bytes;
        std::size_t length = 0;  // of what it was
    };
    struct Entry {
        std::string name;
        OfferListMark mark;
        std::shared_ptr<const Packed> page;

        std::size_t bytes() const;
    };
    using Entries = std::list<Entry>;

    static Packed pack(std::string_view json);
    static std::string unpack(const Packed& page);
    void forget(Entries::iterator entry);

    const std::size_t mostBytes_;
    std::mutex mutex_;
    std::size_t bytes_ = 0;
    Entries entries_;  // the one that was asked for last first
    std::unordered_map<std::string_view, Entries::iterator> byName_;
};

}  // namespace nextjob::api
