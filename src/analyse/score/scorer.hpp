#pragma once

#include "analyse/score/score.hpp"
#include "model/profile.hpp"

#include <memory>

namespace nextjob::analyse {

class SkillFinder;

// Judges how well an offer suits a user. The same offer and profile always give the same score: no clock, no
// chance, no network.
//
// The score is 5 (neutral) plus, for each criterion that the user cares about and the offer lets us judge,
// its share of the weight times how far its value is from the middle. So an unknown neither raises nor
// lowers, and an offer that says little stays near the middle. Skills and role always count. Immutable after
// construction and safe to share between threads; the finder must outlive it.
class Scorer {
  public:
    explicit Scorer(const SkillFinder& finder);
    ~Scorer();

    Score score(const OfferFacts& offer, const Profile& profile) const;

  private:
    struct Parts;
    std::unique_ptr<const Parts> parts_;
};

}  // namespace nextjob::analyse
