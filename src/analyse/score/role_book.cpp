#include "analyse/score/role_book.hpp"

#include "analyse/skills/automaton.hpp"
#include "model/embedded.hpp"
#include "text/lines.hpp"

#include <algorithm>
#include <stdexcept>

namespace nextjob::analyse {

namespace {

constexpr std::size_t longestTitle = 300;  // bytes of a title that count
constexpr std::size_t longestEnding = 24;  // bytes that may follow a stem

}  // namespace

struct RoleBook::Role {
    std::vector<const Skill*> skills;
    std::vector<std::string_view> categories;
};

struct RoleBook::Index {
    struct Form {
        std::string symbols;
        std::uint32_t role;
        bool stem;
        bool general;
    };

    Alphabet alphabet;
    std::vector<Role> roles;
    std::vector<Form> forms;               // sorted by symbols
    std::vector<std::uint32_t> firstForm;  // of a pattern; one more at the end
    std::unique_ptr<Automaton> automaton;

    void build();
};

void RoleBook::Index::build() {
    std::ranges::stable_sort(forms, {}, &Form::symbols);
    std::vector<std::string> patterns;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        if (!patterns.empty() && patterns.back() == forms[i].symbols) continue;
        patterns.push_back(forms[i].symbols);
        firstForm.push_back(static_cast<std::uint32_t>(i));
    }
    firstForm.push_back(static_cast<std::uint32_t>(forms.size()));
    automaton = std::make_unique<Automaton>(patterns);
}

RoleBook::RoleBook(const SkillFinder& finder) : finder_(finder) {
    readRoles();
    text::forEachLine(embedded("analyse/score/data/implies.tsv"), [&](unsigned, std::string_view line) {
        const auto cells = text::split(line, "\t");
        for (const auto name : text::split(cells.at(1), " | "))
            implied_[&skillNamed(cells[0])].push_back(&skillNamed(name));
    });
    text::forEachLine(embedded("analyse/score/data/disciplines.txt"),
                      [&](unsigned, std::string_view line) { disciplines_.insert(&skillNamed(text::trim(line))); });
    text::forEachLine(embedded("analyse/score/data/languages.tsv"), [&](unsigned, std::string_view line) {
        const auto cells = text::split(line, "\t");
        codes_.emplace(&skillNamed(cells.at(1)), cells[0]);
    });
}

RoleBook::~RoleBook() = default;

const Skill& RoleBook::skillNamed(std::string_view name) const {
    const Skill* skill = finder_.byName(name);
    if (skill == nullptr || skill->name != name)
        throw std::runtime_error("score data: no skill of this name: " + std::string(name));
    return *skill;
}

void RoleBook::readRoles() {
    auto index = std::make_unique<Index>();
    text::forEachLine(embedded("analyse/score/data/roles.tsv"), [&](unsigned number, std::string_view line) {
        const auto cells = text::split(line, "\t");
        if (cells.size() != 3) throw std::runtime_error("roles.tsv, line " + std::to_string(number));
        Role role;
        for (const auto target : text::split(cells[1], " | ")) {
            if (target.starts_with('@')) {
                role.categories.push_back(target.substr(1));
            } else {
                role.skills.push_back(&skillNamed(target));
            }
        }
        for (auto form : text::split(cells[2], " | ")) {
            const bool general = form.starts_with('?');
            if (general) form.remove_prefix(1);
            const bool stem = form.ends_with('*');
            if (stem) form.remove_suffix(1);
            const auto place = static_cast<std::uint32_t>(index->roles.size());
            index->forms.push_back({index->alphabet.encode(form), place, stem, general});
        }
        index->roles.push_back(std::move(role));
    });
    index->build();
    index_ = std::move(index);
}

RoleBook::Work RoleBook::workOf(std::string_view title) const {
    title = title.substr(0, longestTitle);
    std::vector<std::uint32_t> special;
    std::vector<std::uint32_t> general;
    index_->automaton->scan(index_->alphabet, title, [&](std::uint32_t pattern, std::size_t end) {
        const std::size_t ending = index_->alphabet.wordEnd(title, end) - end;
        for (auto i = index_->firstForm[pattern]; i < index_->firstForm[pattern + 1]; ++i) {
            const auto& form = index_->forms[i];
            if (ending == 0 || (form.stem && ending <= longestEnding))
                (form.general ? general : special).push_back(form.role);
        }
    });
    Work work;
    for (const auto& mention : finder_.find(title)) {
        if (mention.skill->category == "language") continue;
        work.named.insert(mention.skill);
        work.categories.insert(mention.skill->category);
    }
    for (const auto number : special.empty() && work.empty() ? general : special) {
        const Role& role = index_->roles[number];
        work.skills.insert(role.skills.begin(), role.skills.end());
        work.categories.insert(role.categories.begin(), role.categories.end());
    }
    return work;
}

std::unordered_set<const Skill*> RoleBook::withImplied(const std::vector<const Skill*>& skills) const {
    std::unordered_set<const Skill*> all;
    std::vector<const Skill*> open = skills;
    while (!open.empty()) {
        const Skill* skill = open.back();
        open.pop_back();
        if (!all.insert(skill).second) continue;
        const auto more = implied_.find(skill);
        if (more != implied_.end()) open.insert(open.end(), more->second.begin(), more->second.end());
    }
    return all;
}

std::string_view RoleBook::languageCode(const Skill& skill) const {
    const auto found = codes_.find(&skill);
    return found == codes_.end() ? std::string_view{} : found->second;
}

std::string_view RoleBook::languageName(std::string_view code) const {
    const auto found = std::ranges::find(codes_, code, [](const auto& pair) { return pair.second; });
    return found == codes_.end() ? std::string_view{} : found->first->name;
}

}  // namespace nextjob::analyse
