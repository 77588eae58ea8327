#pragma once

#include "mail/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

// Where a record's company stands, when a sender always puts it there.
enum class CompanyPlace : std::uint8_t { Unknown, BeforeTitle, AfterTitle };

// What is known of one sender, from senders/NAME.json: who sends, which links lead to offers, what a record looks
// like. The general engine does the work; a profile tells it what it would else have to guess.
struct SenderProfile {
    std::string name;
    std::vector<std::string> domains;     // of the From address, subdomains too
    std::vector<std::string> socialFrom;  // parts of addresses that never bring offers: "invitations@"
    std::vector<std::string> jobLinks;    // parts of a link's target
    std::vector<std::string> otherLinks;
    std::vector<std::string> noise;  // folded words of a line that is part of no field
    CompanyPlace company = CompanyPlace::Unknown;
    bool pathNamesOffer = false;  // the path of a link to an offer names it; the query only follows the reader
    bool plainFirst = false;      // the plain part states the fields more plainly than the HTML part
    bool board = true;            // brings other firms' offers; else an employer's own system
};

// All profiles of the embedded data. Immutable.
class Senders {
  public:
    Senders();  // throws std::logic_error when a profile is malformed, naming it

    // The profile of this sender, or none.
    const SenderProfile* find(const mail::Message& message) const;

  private:
    std::vector<SenderProfile> profiles_;
};

}  // namespace nextjob::analyse
