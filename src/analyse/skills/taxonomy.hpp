#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

struct Skill {
    std::string_view name;      // normalised: "JavaScript"
    std::string_view category;  // "language", "framework", "accounting", …
    std::string_view group;     // categories that prove each other's ambiguous names: "tech", "office", …
};

// One way in which people write a skill.
struct SkillForm {
    enum class Kind : std::uint8_t {
        Plain,      // in any case
        Exact,      // "=": only as written
        WeakExact,  // "~": only as written, and only where the context says that a skill is meant
        Weak,       // "?": in any case, and only where the context says so
        Not,        // "!": looks like the skill but is none ("vitamin C"); hides what is inside
    };

    std::string_view text;
    std::uint16_t skill;  // index in Taxonomy::skills
    Kind kind;
    bool stem;  // "*" at the end: other endings may follow

    bool isWeak() const { return kind == Kind::WeakExact || kind == Kind::Weak; }
    bool needsCase() const { return kind == Kind::Exact || kind == Kind::WeakExact; }
};

// All skills and their forms, as data/skills.tsv says. Points into the text it was read from.
struct Taxonomy {
    std::vector<Skill> skills;
    std::vector<SkillForm> forms;  // by skill, its name among them
};

// Reads the form that data/skills.tsv explains in its head. Throws std::runtime_error naming the line: the
// data is part of the program.
Taxonomy readTaxonomy(std::string_view data);

}  // namespace nextjob::analyse
