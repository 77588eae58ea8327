#pragma once

#include "model/offer.hpp"
#include "model/profile.hpp"
#include "model/raw_message.hpp"
#include "model/time.hpp"
#include "model/user.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nextjob {

using OfferId = std::int64_t;

// What the user has made of an offer.
enum class OfferState : std::uint8_t { New, Saved, Applied, Interview, Rejected, Offered, Hidden };

// What is known of a job, without its proof. Empty text means that no mail says it.
struct OfferFacts {
    std::string title;
    std::string company;
    std::string location;
    std::string description;
    std::string applyLink;
    std::optional<Salary> salary;
    std::optional<WorkMode> workMode;
    std::optional<EmploymentType> employmentType;
    std::optional<Seniority> seniority;
    std::optional<std::chrono::year_month_day> posted;
    std::string language;             // ISO 639-1 of the mail that said it
    std::vector<std::string> skills;  // normalised names of the taxonomy
};

// How well a job suits the user.
struct OfferScore {
    int matchScore = 0;               // 0 to 10
    std::string reason;               // a sentence for the user
    std::string technologiesMatched;  // "React, TypeScript"
    std::string criteriaJson = "[]";  // the named criteria as a JSON text
    double confidence = 0;            // 0 to 1: how much was known when it was judged
    ProfileVersion judgedFor = 0;     // the profile that it goes by; 0: none that still counts

    bool operator==(const OfferScore&) const = default;
};

// One job as one message shows it, scored: what analysis hands to the store.
struct OfferSighting {
    OfferFacts facts;
    OfferScore score;
    // Which posting the apply link leads to. "linkedin:4012345678": two ids of one board are two jobs. "web:ADDRESS"
    // where the board is unknown: one job may have several. "" without a link that tells.
    std::string linkKey;
    std::string textKey;              // title, company and place, folded: the identity when no link tells
    std::string evidenceJson = "{}";  // {"title":[begin,end],…}: bytes of sourceText
    std::string sourceText;           // the words of the mail around the offer
};

// Counts the changes of what is known of an offer.
using OfferRevision = std::int64_t;

// A job kept for a user: one row however often it is sent.
struct StoredOffer {
    OfferId id = 0;
    UserId user = 0;
    std::string email;  // the user's
    OfferFacts facts;   // merged: a later mail completes, it never empties
    OfferScore score;
    OfferState state = OfferState::New;
    std::string source;    // where it was first seen: "gmail", "file"
    std::string sourceId;  // that message's own id there
    Timestamp firstSeen;
    Timestamp lastSeen;
    int sightings = 0;
    OfferRevision revision = 0;
};

// What tells whether a list of a user's offers is as it was: whatever it shows of them changes one of these.
struct OfferListMark {
    std::int64_t changes = 0;  // of the user's offers, counted
    std::string email;         // the user's

    bool operator==(const OfferListMark&) const = default;
};

// A new score for an offer as it was at that revision.
struct Judgement {
    OfferId offer = 0;
    OfferRevision revision = 0;
    OfferScore score;
};

// One mail's word on a stored offer.
struct StoredSighting {
    MessageId message = 0;
    Timestamp seenAt;  // when the mail was received
    std::string source, sourceId;
    std::string sender, subject;
    OfferFacts facts;  // as that mail says them
    std::string evidenceJson;
    std::string sourceText;
};

// A step in what the user made of an offer.
struct StateChange {
    Timestamp at;
    OfferState from = OfferState::New;
    OfferState to = OfferState::New;
    std::string note;  // the user's own words, "" for none
};

// An offer that a service found, in a message that only the service has read.
struct DeliveredOffer {
    UserId user = 0;
    std::string source;      // where it comes from
    std::string sourceId;    // the message there, which makes a second delivery the same; "" when none is named
    OfferSighting sighting;  // its score stands until the user's wishes change; judgedFor is the store's to fill
};

// Shared, since they are many and whoever hands them over goes on reading them.
using DeliveredOffers = std::shared_ptr<const std::vector<DeliveredOffer>>;

enum class Delivery : std::uint8_t {
    Created,
    Updated,     // a known job, of which this message tells more or anew
    Unchanged,   // this message has brought this offer before; without a message: nothing of it is news
    Suppressed,  // a job that the user has deleted: it stays deleted
};

enum class OfferOrder : std::uint8_t { Score, FirstSeen, LastSeen, Company, Title };

// Which offers to list. Empty fields don't restrict.
struct OfferFilter {
    std::optional<int> minScore;
    std::vector<WorkMode> workModes;
    std::string company;             // part of the company's name, without regard to case
    std::string text;                // words that all stand in the offer; any bytes are safe
    std::vector<OfferState> states;  // empty: every state but Hidden
    std::string source;              // where it was first seen: "gmail", "file", …
    std::string sender;              // part of the sender of a mail that brought it, without regard to ASCII case
    std::optional<Timestamp> since;  // first seen then or later
};

struct OfferSort {
    OfferOrder by = OfferOrder::Score;
    bool descending = true;
};

}  // namespace nextjob
