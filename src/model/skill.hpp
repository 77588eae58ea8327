#pragma once

#include <cstdint>
#include <string>

namespace nextjob {

using SkillId = std::int64_t;

struct Skill {
    SkillId id = 0;
    std::string name;

    friend bool operator==(const Skill&, const Skill&) = default;
};

}  // namespace nextjob
