#pragma once

#include "analyse/skills/taxonomy.hpp"
#include "model/span.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

struct SkillMention {
    const Skill* skill;  // owned by the finder
    Span span;           // in the text searched; begins and ends at characters
};

// Finds the taxonomy's skills in text by one automaton pass: leftmost, longest, whole words, ambiguous names
// only where the context says that a skill is meant. Reads the embedded taxonomy once (a few ms, about 1 MB);
// immutable after that and safe to share between threads. Time is linear in the text.
class SkillFinder {
  public:
    SkillFinder();
    ~SkillFinder();
    SkillFinder(SkillFinder&&) noexcept;
    SkillFinder& operator=(SkillFinder&&) noexcept;

    // Every mention in text[within], in order, none overlapping; `within` is cut to the text. Nothing outside
    // it is read. Any bytes are allowed; what is not UTF-8 is no skill.
    std::vector<SkillMention> find(std::string_view text, Span within) const;
    std::vector<SkillMention> find(std::string_view text) const;

    // Each skill's first mention only.
    std::vector<SkillMention> findDistinct(std::string_view text, Span within) const;

    // The skill with this name or alias, in any case ("postgres", "C++"); null when the taxonomy has none.
    const Skill* byName(std::string_view nameOrAlias) const;

    std::span<const Skill> all() const;

    std::size_t memory() const;  // bytes that it holds, roughly

  private:
    struct Parts;
    std::unique_ptr<const Parts> parts_;
};

}  // namespace nextjob::analyse
