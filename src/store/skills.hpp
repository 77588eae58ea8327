#pragma once

#include "model/error.hpp"
#include "model/page.hpp"
#include "model/skill.hpp"
#include "model/task.hpp"
#include "model/user.hpp"

#include <string>
#include <vector>

namespace nextjob::store {

// The catalogue of skills that all users share, and which of them each user has.
class Skills {
  public:
    virtual ~Skills() = default;

    // Adds the names that the catalogue lacks, compared without regard to case; returns how many.
    virtual Task<Result<int>> ensure(std::vector<std::string> names) = 0;
    // The catalogue by name; `search` restricts to names that contain it, in any case.
    virtual Task<Result<Page<Skill>>> catalogue(std::string search, PageRequest page) = 0;
    virtual Task<Result<Skill>> find(SkillId id) = 0;  // NotFound
    // The skills of these names, in any case, in their order; Invalid naming those that are not known.
    virtual Task<Result<std::vector<Skill>>> findByNames(std::vector<std::string> names) = 0;

    virtual Task<Result<std::vector<Skill>>> ofUser(UserId user) = 0;  // by name
    // Each returns the user's skills as they are then. NotFound names an unknown user or skill; adding what
    // is there and removing what is not change nothing.
    virtual Task<Result<std::vector<Skill>>> set(UserId user, std::vector<SkillId> skills) = 0;
    virtual Task<Result<std::vector<Skill>>> add(UserId user, std::vector<SkillId> skills) = 0;
    virtual Task<Result<std::vector<Skill>>> remove(UserId user, std::vector<SkillId> skills) = 0;
};

}  // namespace nextjob::store
