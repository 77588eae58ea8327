#include "analyse/skills/skill_finder.hpp"

#include "analyse/skills/automaton.hpp"
#include "analyse/skills/context.hpp"
#include "model/embedded.hpp"
#include "text/fold.hpp"
#include "text/lines.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace nextjob::analyse {

namespace {

constexpr std::uint32_t longestEnding = 12;  // symbols that may follow a stem
constexpr std::size_t mostCuesAsked = 4096;  // doubtful names a text whose neighbours are read; the rest is none
constexpr std::size_t longestUrlSeen = 512;  // bytes looked back for "://"

bool isAsciiAlnum(char c) {
    return text::isLetterOrDigit(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80;
}

bool isLower(char c) { return c >= 'a' && c <= 'z'; }

// Whether the place belongs to a web or mail address: jobs@oracle.com, example.org/python.
bool insideAddress(std::string_view text, Span span) {
    const char before = span.begin > 0 ? text[span.begin - 1] : ' ';
    const char first = text[span.begin];
    if (before == '@') return true;
    if (before == '.' && span.begin > 1 && isAsciiAlnum(text[span.begin - 2]) && (isLower(first) || first == '.'))
        return true;
    const auto after = text.substr(span.end, 2);
    if (after.size() == 2 && (after[0] == '.' || after[0] == '@') && isLower(after[1])) return true;
    if (std::string_view("/-=?&%#:_.").find(before) == std::string_view::npos) return false;
    const std::size_t from = span.begin > longestUrlSeen ? span.begin - longestUrlSeen : 0;
    auto token = text.substr(from, span.begin - from);
    const auto space = token.find_last_of(" \n\t<>\"");
    if (space != std::string_view::npos) token.remove_prefix(space + 1);
    return token.find("://") != std::string_view::npos || token.find("www.") != std::string_view::npos;
}

// A single letter is a skill only when nothing touches it: not in R&D, C., C's, A+.
bool letterStandsAlone(std::string_view text, Span span) {
    constexpr std::string_view touching = "'&@+#*$_";
    const auto touches = [&](char c) { return touching.find(c) != std::string_view::npos || (c & 0x80) != 0; };
    if (span.begin > 0 && (touches(text[span.begin - 1]) || text[span.begin - 1] == '.')) return false;
    if (span.end >= text.size()) return true;
    if (text[span.end] == '.') return span.end + 1 >= text.size() || !isAsciiAlnum(text[span.end + 1]);
    return !touches(text[span.end]);
}

}  // namespace

struct SkillFinder::Parts {
    struct Candidate {
        Span span;
        std::uint32_t form;
        bool holds;  // no longer in doubt
    };

    Taxonomy taxonomy;
    SkillContext context;
    Alphabet alphabet;
    std::vector<std::uint32_t> formsOf;  // first form of a pattern; one more at the end
    std::unique_ptr<Automaton> automaton;

    Parts();
    const SkillForm& form(const Candidate& candidate) const { return taxonomy.forms[candidate.form]; }
    const Skill& skill(const Candidate& candidate) const { return taxonomy.skills[form(candidate).skill]; }
    std::uint32_t wordEnd(std::string_view text, std::size_t end, std::uint32_t pattern, bool stem) const;
    void propose(std::string_view text, std::uint32_t pattern, std::size_t end, std::vector<Candidate>& out) const;
    void spread(std::string_view text, std::vector<Candidate>& candidates) const;
    void settle(std::string_view text, std::vector<Candidate>& candidates) const;
    bool prove(std::string_view text, const Candidate& proven, const Candidate& doubted) const;
    std::vector<SkillMention> find(std::string_view text) const;
};

SkillFinder::Parts::Parts()
    : taxonomy(readTaxonomy(embedded("analyse/skills/data/skills.tsv"))),
      context(embedded("analyse/skills/data/context.tsv")) {
    std::vector<std::pair<std::string, SkillForm>> keyed;
    keyed.reserve(taxonomy.forms.size());
    for (const auto& each : taxonomy.forms) keyed.emplace_back(alphabet.encode(each.text), each);
    std::ranges::stable_sort(keyed, {}, [](const auto& pair) -> const std::string& { return pair.first; });
    std::vector<std::string> patterns;
    for (std::size_t i = 0; i < keyed.size(); ++i) {
        taxonomy.forms[i] = keyed[i].second;
        if (!patterns.empty() && patterns.back() == keyed[i].first) continue;
        if (keyed[i].first.find(static_cast<char>(symbol::other)) != std::string::npos)
            throw std::runtime_error("skills.tsv: a character that is in no alphabet: "
                                     + std::string(keyed[i].second.text));
        patterns.push_back(std::move(keyed[i].first));
        formsOf.push_back(static_cast<std::uint32_t>(i));
    }
    formsOf.push_back(static_cast<std::uint32_t>(keyed.size()));
    automaton = std::make_unique<Automaton>(patterns);
}

// Where the word that holds the pattern ends; 0 when the pattern is only a part of a longer word. A version
// may follow a name: Python3, C++17.
std::uint32_t SkillFinder::Parts::wordEnd(std::string_view text, std::size_t end, std::uint32_t pattern,
                                          bool stem) const {
    const bool versioned = automaton->length(pattern) >= 3 || text[end - 1] == '+' || text[end - 1] == '#';
    const bool endsInDigit = text[end - 1] >= '0' && text[end - 1] <= '9';
    const std::uint32_t allowed = stem ? longestEnding : versioned && !endsInDigit ? 2 : 0;
    for (std::uint32_t taken = 0; end < text.size(); ++taken) {
        const auto [next, size] = alphabet.read(text.data(), end, text.size());
        if (!symbol::isWord(next)) break;
        if (taken == allowed || (!stem && !symbol::isDigit(next))) return 0;
        end += size;
    }
    return static_cast<std::uint32_t>(end);
}

void SkillFinder::Parts::propose(std::string_view text, std::uint32_t pattern, std::size_t end,
                                 std::vector<Candidate>& out) const {
    const std::uint32_t length = automaton->length(pattern);
    std::uint32_t begin = 0;
    for (std::uint32_t i = formsOf[pattern]; i < formsOf[pattern + 1]; ++i) {
        const SkillForm& form = taxonomy.forms[i];
        const std::uint32_t stop = wordEnd(text, end, pattern, form.stem);
        if (stop == 0) continue;
        if (begin == 0) {
            std::size_t at = end;
            for (std::uint32_t symbols = 0; symbols < length; ++symbols) {
                do --at;
                while ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
            }
            begin = static_cast<std::uint32_t>(at);
        }
        if (form.needsCase() && text.substr(begin, end - begin) != form.text) continue;
        const Span span{begin, stop};
        if (form.kind != SkillForm::Kind::Not) {
            if (length == 1 && !letterStandsAlone(text, span)) continue;
            if (insideAddress(text, span)) continue;
        }
        out.push_back({span, i, !form.isWeak()});
    }
}

// One proven name proves a doubted one when both are of one group and in one list.
bool SkillFinder::Parts::prove(std::string_view text, const Candidate& proven, const Candidate& doubted) const {
    if (form(proven).kind == SkillForm::Kind::Not || skill(proven).group != skill(doubted).group) return false;
    const Span first = proven.span.begin < doubted.span.begin ? proven.span : doubted.span;
    const Span second = proven.span.begin < doubted.span.begin ? doubted.span : proven.span;
    return context.joins(text.substr(first.end, second.begin - first.end));
}

// Keeps the leftmost longest, then lets cues and lists decide what is in doubt.
void SkillFinder::Parts::settle(std::string_view text, std::vector<Candidate>& candidates) const {
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
        if (a.span.begin != b.span.begin) return a.span.begin < b.span.begin;
        if (a.span.end != b.span.end) return a.span.end > b.span.end;
        return a.holds != b.holds ? a.holds : a.form < b.form;
    });
    std::uint32_t taken = 0;
    std::erase_if(candidates, [&](const Candidate& candidate) {
        if (candidate.span.begin < taken) return true;
        taken = candidate.span.end;
        return false;
    });
    spread(text, candidates);
    std::size_t asked = 0;
    for (auto& candidate : candidates) {
        if (candidate.holds || asked == mostCuesAsked) continue;
        ++asked;
        candidate.holds = context.saysSkill(skill(candidate).group, text, candidate.span);
    }
    spread(text, candidates);
    std::erase_if(candidates, [&](const Candidate& candidate) {
        return !candidate.holds || form(candidate).kind == SkillForm::Kind::Not;
    });
}

// A proven name proves its doubted neighbours in a list, and they theirs.
void SkillFinder::Parts::spread(std::string_view text, std::vector<Candidate>& candidates) const {
    for (std::size_t i = 1; i < candidates.size(); ++i)
        if (!candidates[i].holds && candidates[i - 1].holds)
            candidates[i].holds = prove(text, candidates[i - 1], candidates[i]);
    for (std::size_t i = candidates.size(); i-- > 1;)
        if (!candidates[i - 1].holds && candidates[i].holds)
            candidates[i - 1].holds = prove(text, candidates[i], candidates[i - 1]);
}

std::vector<SkillMention> SkillFinder::Parts::find(std::string_view text) const {
    std::vector<Candidate> candidates;
    automaton->scan(alphabet, text,
                    [&](std::uint32_t pattern, std::size_t end) { propose(text, pattern, end, candidates); });
    settle(text, candidates);
    std::vector<SkillMention> mentions;
    mentions.reserve(candidates.size());
    for (const auto& candidate : candidates) mentions.push_back({&skill(candidate), candidate.span});
    return mentions;
}

SkillFinder::SkillFinder() : parts_(std::make_unique<const Parts>()) {}
SkillFinder::~SkillFinder() = default;
SkillFinder::SkillFinder(SkillFinder&&) noexcept = default;
SkillFinder& SkillFinder::operator=(SkillFinder&&) noexcept = default;

std::vector<SkillMention> SkillFinder::find(std::string_view text, Span within) const {
    text = text.substr(0, std::numeric_limits<std::uint32_t>::max());
    const auto end = std::min(within.end, static_cast<std::uint32_t>(text.size()));
    const auto begin = std::min(within.begin, end);
    auto mentions = parts_->find(text.substr(begin, end - begin));
    for (auto& mention : mentions) {
        mention.span.begin += begin;
        mention.span.end += begin;
    }
    return mentions;
}

std::vector<SkillMention> SkillFinder::find(std::string_view text) const {
    return find(text, {0, std::numeric_limits<std::uint32_t>::max()});
}

std::vector<SkillMention> SkillFinder::findDistinct(std::string_view text, Span within) const {
    auto mentions = find(text, within);
    std::vector<bool> seen(all().size());
    std::erase_if(mentions, [&](const SkillMention& mention) {
        const auto index = static_cast<std::size_t>(mention.skill - all().data());
        const bool again = seen[index];
        seen[index] = true;
        return again;
    });
    return mentions;
}

const Skill* SkillFinder::byName(std::string_view nameOrAlias) const {
    const auto pattern = parts_->automaton->lookUp(parts_->alphabet.encode(text::trim(nameOrAlias)));
    if (!pattern) return nullptr;
    for (std::uint32_t i = parts_->formsOf[*pattern]; i < parts_->formsOf[*pattern + 1]; ++i) {
        const SkillForm& form = parts_->taxonomy.forms[i];
        if (form.kind != SkillForm::Kind::Not) return &parts_->taxonomy.skills[form.skill];
    }
    return nullptr;
}

std::span<const Skill> SkillFinder::all() const { return parts_->taxonomy.skills; }

std::size_t SkillFinder::memory() const {
    const auto& parts = *parts_;
    return parts.automaton->memory() + sizeof parts + parts.taxonomy.skills.capacity() * sizeof(Skill)
           + parts.taxonomy.forms.capacity() * sizeof(SkillForm) + parts.formsOf.capacity() * sizeof(std::uint32_t);
}

}  // namespace nextjob::analyse
