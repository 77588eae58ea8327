#pragma once

#include "model/skill.hpp"
#include "wire/write.hpp"

#include <string>

namespace nextjob::api {

struct SkillView {
    SkillId id = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(SkillView, (), (id, name))

inline SkillView view(const Skill& skill) { return {skill.id, skill.name}; }

}  // namespace nextjob::api
