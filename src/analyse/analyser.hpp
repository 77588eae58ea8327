#pragma once

#include "analyse/extract/extractor.hpp"
#include "analyse/score/scorer.hpp"
#include "analyse/skills/skill_finder.hpp"
#include "mail/message.hpp"
#include "model/message_record.hpp"
#include "model/offer.hpp"
#include "model/raw_message.hpp"

namespace nextjob::analyse {

// The stage between a raw message and the store: parses it, extracts what it says, finds skills, scores each offer
// against the user's wishes and tells which job it is. Reads its data once; safe to share between threads after that.
class Analyser {
  public:
    // What the mail says, with the skills that each offer asks for.
    Extraction extract(const mail::Message& message) const;

    // All that the store is to know of the message. One that can't be read is Skipped, with the reason.
    AnalysedMessage analyse(const RawMessage& raw, MessageId id, const Profile& profile) const;

    const Scorer& scorer() const { return scorer_; }

  private:
    void addOffers(const mail::Message& message, const Profile& profile, AnalysedMessage& result) const;

    Extractor extractor_;
    SkillFinder skills_;
    Scorer scorer_{skills_};
};

}  // namespace nextjob::analyse
