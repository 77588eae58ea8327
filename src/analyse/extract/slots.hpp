#pragma once

#include "analyse/extract/draft.hpp"
#include "analyse/extract/sender.hpp"

#include <map>
#include <optional>
#include <span>

namespace nextjob::analyse {

// Where the records of a mail have their companies and places, learnt from all of them together: what stands in one
// place is a company if most of what stands there is no place, date or badge. Refers to the page.
class Slots {
  public:
    // `companyElsewhere`: the mail names its one employer outside the records.
    Slots(const Page& page, std::span<const Draft> drafts, const SenderProfile* sender, bool companyElsewhere);

    // What the draft has in the slot, if it fits.
    std::optional<Span> company(const Draft& draft) const;
    std::optional<Span> place(const Draft& draft) const;
    bool knowCompany() const { return company_.has_value(); }

  private:
    struct Facts {
        int cells = 0, unknown = 0, location = 0, legal = 0, titles = 0, names = 0;
        int nearest = 1000;
    };

    void count(const PlacedCell& placed);
    double companyScore(const Slot& slot, const Facts& facts, double records) const;

    const Page& page_;
    const SenderProfile* sender_;
    bool companyElsewhere_;
    std::map<Slot, Facts> facts_;
    std::optional<Slot> company_, place_;
};

}  // namespace nextjob::analyse
