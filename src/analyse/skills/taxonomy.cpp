#include "analyse/skills/taxonomy.hpp"

#include "text/fold.hpp"
#include "text/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace nextjob::analyse {

namespace {

SkillForm readForm(std::string_view text, std::uint16_t skill) {
    constexpr std::string_view prefixes = "=~?!";
    constexpr SkillForm::Kind kinds[] = {SkillForm::Kind::Exact, SkillForm::Kind::WeakExact, SkillForm::Kind::Weak,
                                         SkillForm::Kind::Not};
    SkillForm form{text, skill, SkillForm::Kind::Plain, false};
    const auto prefix = prefixes.find(text.front());
    if (prefix != std::string_view::npos) {
        form.kind = kinds[prefix];
        form.text.remove_prefix(1);
    }
    if (form.text.ends_with('*')) {
        form.stem = true;
        form.text.remove_suffix(1);
    }
    return form;
}

[[noreturn]] void reject(unsigned line, std::string_view why) {
    throw std::runtime_error(fmt::format("skills.tsv, line {}: {}", line, why));
}

}  // namespace

Taxonomy readTaxonomy(std::string_view data) {
    Taxonomy taxonomy;
    std::string_view category;
    std::string_view group;
    text::forEachLine(data, [&](unsigned number, std::string_view line) {
        const auto cells = text::split(line, "\t");
        if (cells[0] == "@category") {
            if (cells.size() != 3) reject(number, "a category needs its name and its group");
            category = cells[1];
            group = cells[2];
            return;
        }
        if (category.empty()) reject(number, "a skill stands before the first @category");
        if (cells.size() > 2 || cells[0].empty()) reject(number, "a skill is NAME or NAME<tab>FORM | FORM …");
        const auto skill = static_cast<std::uint16_t>(taxonomy.skills.size());
        taxonomy.skills.push_back({cells[0], category, group});
        bool named = false;
        if (cells.size() == 2) {
            for (const auto part : text::split(cells[1], " | ")) {
                if (part.empty()) reject(number, "an empty form");
                const auto form = readForm(part, skill);
                if (form.text.empty() || form.text.size() > 64) reject(number, "a form has 1 to 64 bytes");
                named = named || (form.kind != SkillForm::Kind::Not && text::fold(form.text) == text::fold(cells[0]));
                taxonomy.forms.push_back(form);
            }
        }
        if (!named) taxonomy.forms.push_back({cells[0], skill, SkillForm::Kind::Plain, false});
    });
    return taxonomy;
}

}  // namespace nextjob::analyse
