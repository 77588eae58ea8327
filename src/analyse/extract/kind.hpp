#pragma once

#include "analyse/extract/page.hpp"
#include "analyse/extract/sender.hpp"
#include "mail/message.hpp"
#include "model/offer.hpp"

#include <array>
#include <optional>

namespace nextjob::analyse {

// How much of each kind's wording a mail has: each phrase once, the subject's weigh more.
struct KindScores {
    std::array<double, 6> byKind{};
    bool announced = false;
    bool hiring = false;  // says that somebody hires

    double of(MailKind kind) const { return byKind[static_cast<std::size_t>(kind)]; }
};

KindScores scoreKinds(const Page& page);

// What the records of a mail say of its kind.
struct RecordFacts {
    std::size_t offers = 0;
    std::size_t jobLinks = 0;  // offers whose link is surely one to an offer
    std::size_t linked = 0;    // offers with any link that could be one to an offer
    std::size_t complete = 0;  // offers with a company or a place
    std::size_t places = 0;    // offers with a place
    bool letterTitle = false;  // the mail's prose names a title
};

MailKind decideKind(const KindScores& scores, const RecordFacts& facts, const mail::Message& message,
                    const SenderProfile* sender);

// The number of offers that the mail says it brings ("12 new jobs").
std::optional<int> announcedCount(const Page& page);

}  // namespace nextjob::analyse
