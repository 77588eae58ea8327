#pragma once

#include "model/span.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextjob::analyse {

// What tells the skill from the ordinary word of the same spelling: the words beside it ("Go developer",
// "fluent in German") and the list in which it stands. Read from data/context.tsv; immutable.
class SkillContext {
  public:
    explicit SkillContext(std::string_view data);

    // Whether the words right before or after the span say that a skill of this group is meant.
    bool saysSkill(std::string_view group, std::string_view text, Span span) const;

    // Whether what stands between two names makes them members of one list: "Java, C / R and Go".
    bool joins(std::string_view gap) const;

  private:
    // Cues, folded and with plain spaces, by their word that stands next to the name.
    using ByWord = std::unordered_map<std::string, std::vector<std::string>>;
    struct Cues {
        std::string group;
        ByWord before, after;
        std::vector<std::string> afterStems;  // one word each, other endings may follow
    };

    std::vector<Cues> cues_;
    std::vector<std::string> joiners_;  // sorted
};

}  // namespace nextjob::analyse
