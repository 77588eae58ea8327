#pragma once

#include "analyse/skills/skill_finder.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nextjob::analyse {

// What job titles and skills imply, from data/: roles and the skills they use, skills that include others,
// names of whole fields, languages. Immutable after construction; keeps a reference to the finder, which must
// outlive it.
class RoleBook {
  public:
    // Throws std::runtime_error when the data names a skill that the taxonomy lacks.
    explicit RoleBook(const SkillFinder& finder);
    ~RoleBook();

    // What the words of a title say about the work.
    struct Work {
        std::unordered_set<const Skill*> named;           // by the title itself
        std::unordered_set<const Skill*> skills;          // used by its roles
        std::unordered_set<std::string_view> categories;  // of its roles and of the skills that it names
        bool empty() const { return named.empty() && categories.empty() && skills.empty(); }
    };
    Work workOf(std::string_view title) const;

    // The skills with all that they imply.
    std::unordered_set<const Skill*> withImplied(const std::vector<const Skill*>& skills) const;

    bool isDiscipline(const Skill& skill) const { return disciplines_.contains(&skill); }
    std::string_view languageCode(const Skill& skill) const;     // "de" for German; "" for what is no language
    std::string_view languageName(std::string_view code) const;  // "German"; "" when unknown

  private:
    struct Role;
    struct Index;

    const Skill& skillNamed(std::string_view name) const;
    void readRoles();

    const SkillFinder& finder_;
    std::unique_ptr<const Index> index_;
    std::unordered_map<const Skill*, std::vector<const Skill*>> implied_;
    std::unordered_set<const Skill*> disciplines_;
    std::unordered_map<const Skill*, std::string_view> codes_;
};

}  // namespace nextjob::analyse
