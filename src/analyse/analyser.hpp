#pragma once

#include "analyse/extract/extractor.hpp"
#include "analyse/score/scorer.hpp"
#include "analyse/skills/skill_finder.hpp"
#include "mail/message.hpp"
#include "model/message_record.hpp"
#include "model/offer.hpp"
#include "model/raw_message.hpp"

#include <atomic>
#include <memory>
#include <mutex>

namespace nextjob::analyse {

// The stage between a raw message and the store: parses it, extracts what it says, finds skills, scores each offer
// against the user's wishes and tells which job it is. Reads its data at the first use, so that a server that has
// nothing to analyse starts at once and stays small. Safe to share between threads.
class Analyser {
  public:
    // What the mail says, with the skills that each offer asks for.
    Extraction extract(const mail::Message& message) const;

    // All that the store is to know of the message. One that can't be read is Skipped, with the reason.
    AnalysedMessage analyse(const RawMessage& raw, MessageId id, const Profile& profile) const;

    // Reads the data, which takes some tenths of a second, if nobody has; and whether somebody has.
    void prepare() const;
    bool isPrepared() const { return prepared_; }

    const Scorer& scorer() const { return parts().scorer; }
    const SkillFinder& skills() const { return parts().skills; }

  private:
    struct Parts {
        Extractor extractor;
        SkillFinder skills;
        Scorer scorer{skills};
    };

    const Parts& parts() const;
    void addOffers(const mail::Message& message, const Profile& profile, AnalysedMessage& result) const;

    mutable std::atomic<bool> prepared_ = false;
    mutable std::once_flag loaded_;
    mutable std::unique_ptr<const Parts> parts_;
};

}  // namespace nextjob::analyse
