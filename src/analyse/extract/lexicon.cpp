#include "analyse/extract/lexicon.hpp"

#include "analyse/extract/flat_map.hpp"
#include "model/embedded.hpp"
#include "model/offer.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <stdexcept>
#include <unordered_map>

namespace nextjob::analyse {

namespace json = boost::json;

namespace {

constexpr std::uint32_t none = 0xFFFFFFFF;
constexpr std::size_t shortestStem = 3;  // bytes of the open-ended part of "word~"
constexpr int longestGap = 8;            // words that "…" may stand for

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
// Words and parts of words to ids.
class WordTable {
  public:
    // The id of the word; `next` becomes it when the word is new.
    std::uint32_t add(std::string_view word, std::uint32_t& next) {
        const auto [id, fresh] = ids_.insert(hashWord(word), next);
        if (fresh) {
            ++next;
            words_.emplace(id, word);
        } else if (words_.at(id) != word) {
            throw std::logic_error("two words of one hash: " + words_.at(id) + " and " + std::string(word));
        }
        return id;
    }
    const std::uint32_t* find(std::string_view word) const { return ids_.find(hashWord(word)); }
    // Forgets what only adding needs.
    void seal() { words_ = {}; }

  private:
    FlatMap<std::uint64_t, std::uint32_t, MixInteger> ids_;
    std::unordered_map<std::uint32_t, std::string> words_;
};

// Says quickly that no stem begins (or ends) with these three bytes.
class StemFilter {
  public:
    void add(std::string_view three) { bits_.set(slot(three)); }
    bool mayHold(std::string_view three) const { return bits_.test(slot(three)); }

  private:
    static std::size_t slot(std::string_view three) {
        const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(three[i])); };
        return (byte(0) * 31 * 31 + byte(1) * 31 + byte(2)) % 4096;
    }
    std::bitset<4096> bits_;
};

struct Meaning {
    Topic topic;
    std::uint8_t value;
    std::uint8_t language;
    bool weak;
};

std::string replaceAll(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

}  // namespace

struct Lexicon::Compiled {
    WordTable exact, beginnings, endings;
    StemFilter beginningFilter, endingFilter;
    std::uint32_t nextId = 1;  // 0 is "#"
    static constexpr std::uint32_t numberId = 0;

    struct Node {
        std::uint32_t gap = none;  // where "…" leads
        std::vector<Meaning> meanings;
    };
    std::vector<Node> nodes = std::vector<Node>(1);
    FlatMap<std::uint64_t, std::uint32_t, MixInteger> edges;

    std::vector<std::string> languages;
    std::unordered_map<std::string, std::vector<AboutPattern>, StringHash, std::equal_to<>> about;  // by first word

    // The ids by which phrases may know one word.
    struct WordIds {
        std::array<std::uint32_t, 6> ids{};
        std::uint8_t count = 0;
        void add(std::uint32_t id) {
            if (count < ids.size()) ids[count++] = id;
        }
        std::span<const std::uint32_t> all() const { return {ids.data(), count}; }
    };

    std::uint32_t idIn(WordTable& table, std::string_view word) { return table.add(word, nextId); }

    static std::uint64_t edge(std::uint32_t node, std::uint32_t id) {
        return ((static_cast<std::uint64_t>(node) << 32) | id) + 1;  // zero marks an empty slot
    }

    std::uint32_t step(std::uint32_t node, std::uint32_t id) {
        const auto [next, fresh] = edges.insert(edge(node, id), static_cast<std::uint32_t>(nodes.size()));
        if (fresh) nodes.emplace_back();
        return next;
    }

    std::uint32_t stepGap(std::uint32_t node) {
        if (nodes[node].gap == none) {
            nodes[node].gap = static_cast<std::uint32_t>(nodes.size());
            nodes.emplace_back();
        }
        return nodes[node].gap;
    }

    void add(std::string_view phrase, Meaning meaning);
    void addLanguage(std::string_view file);
    void addAbout(std::string_view pattern);
    void addPlaces(std::string_view file);
    void addLegalForms(std::string_view file);

    WordIds idsOf(std::string_view folded, bool number) const;
    std::vector<WordIds> idsOf(const Words& words) const;
    void match(const std::vector<WordIds>& ids, std::uint32_t node, std::uint32_t first, std::uint32_t at,
               std::vector<Hit>& hits) const;
};

void Lexicon::Compiled::add(std::string_view phrase, Meaning meaning) {
    const auto spaced = replaceAll(replaceAll(std::string(phrase), "#", " # "), "…", " … ");
    std::uint32_t node = 0;
    std::string_view rest = spaced;
    while (!rest.empty()) {
        const auto space = rest.find(' ');
        auto piece = rest.substr(0, space);
        rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
        if (piece == "#") {
            node = step(node, numberId);
        } else if (piece == "…") {
            if (node != 0 && !rest.empty()) node = stepGap(node);
        } else {
            const bool openBegin = piece.starts_with('~');
            const bool openEnd = piece.ends_with('~');
            const auto words = cutWords(piece);
            for (std::size_t i = 0; i < words.list.size(); ++i) {
                const auto word = words.fold(words.list[i]);
                if (openBegin && i == 0 && word.size() >= shortestStem) {
                    endingFilter.add(word.substr(word.size() - shortestStem));
                    node = step(node, idIn(endings, word));
                } else if (openEnd && i + 1 == words.list.size() && word.size() >= shortestStem) {
                    beginningFilter.add(word.substr(0, shortestStem));
                    node = step(node, idIn(beginnings, word));
                } else {
                    node = step(node, idIn(exact, word));
                }
            }
        }
    }
    if (node == 0) return;  // nothing but marks
    auto& meanings = nodes[node].meanings;
    const auto same = [&](const Meaning& known) {
        return known.topic == meaning.topic && known.value == meaning.value && known.language == meaning.language;
    };
    if (std::ranges::none_of(meanings, same)) meanings.push_back(meaning);
}

void Lexicon::Compiled::addAbout(std::string_view pattern) {
    AboutPattern compiled;
    const auto spaced = replaceAll(std::string(pattern), "…", " … ");
    std::string_view rest = spaced;
    while (!rest.empty()) {
        const auto space = rest.find(' ');
        const auto piece = rest.substr(0, space);
        rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
        using Kind = AboutPattern::Part::Kind;
        if (piece.starts_with("{title}")) {
            compiled.parts.push_back({Kind::Title, {}});
        } else if (piece.starts_with("{company}")) {
            compiled.parts.push_back({Kind::Company, {}});
        } else if (piece == "…") {
            compiled.parts.push_back({Kind::Gap, {}});
        } else {
            const auto words = cutWords(piece);
            for (const auto& word : words.list) compiled.parts.push_back({Kind::Word, std::string(words.fold(word))});
        }
    }
    if (compiled.parts.size() < 2 || compiled.parts.front().kind != AboutPattern::Part::Kind::Word) return;
    auto& patterns = about[compiled.parts.front().word];
    patterns.push_back(std::move(compiled));
    std::ranges::stable_sort(patterns, std::greater{}, [](const AboutPattern& p) { return p.parts.size(); });
}

namespace {

template <class Add>
void eachPhrase(const json::value& list, Add&& add) {
    for (const auto& phrase : list.as_array()) add(std::string_view(phrase.as_string()));
}

template <class Value>
struct Named {
    const char* key;
    Value value;
};

constexpr Named<Topic> plainLists[] = {
    {"stopwords", Topic::Stopword},      {"title_words", Topic::TitleWord}, {"title_hints", Topic::TitleHint},
    {"gender_marks", Topic::GenderMark}, {"actions", Topic::Action},        {"badges", Topic::Badge},
    {"non_offers", Topic::NonOffer},     {"announced", Topic::Announced},   {"sentence_words", Topic::SentenceWord},
};

constexpr Named<Seniority> seniorities[] = {
    {"intern", Seniority::Intern},       {"junior", Seniority::Junior},   {"middle", Seniority::Middle},
    {"senior", Seniority::Senior},       {"lead", Seniority::Lead},       {"staff", Seniority::Staff},
    {"principal", Seniority::Principal}, {"manager", Seniority::Manager}, {"director", Seniority::Director},
    {"executive", Seniority::Executive},
};

constexpr Named<WorkMode> workModes[] = {
    {"remote", WorkMode::Remote}, {"hybrid", WorkMode::Hybrid}, {"on_site", WorkMode::OnSite}};

constexpr Named<std::uint8_t> employments[] = {
    {"full_time", static_cast<std::uint8_t>(EmploymentType::FullTime)},
    {"part_time", static_cast<std::uint8_t>(EmploymentType::PartTime)},
    {"contract", static_cast<std::uint8_t>(EmploymentType::Contract)},
    {"temporary", static_cast<std::uint8_t>(EmploymentType::Temporary)},
    {"internship", static_cast<std::uint8_t>(EmploymentType::Internship)},
    {"apprenticeship", static_cast<std::uint8_t>(EmploymentType::Apprenticeship)},
    {"freelance", static_cast<std::uint8_t>(EmploymentType::Freelance)},
    {"volunteer", static_cast<std::uint8_t>(EmploymentType::Volunteer)},
    {"permanent", permanentEmployment},
};

constexpr Named<SalaryPeriod> periods[] = {{"hour", SalaryPeriod::Hour},
                                           {"day", SalaryPeriod::Day},
                                           {"week", SalaryPeriod::Week},
                                           {"month", SalaryPeriod::Month},
                                           {"year", SalaryPeriod::Year}};

constexpr Named<Topic> salaryLists[] = {{"from", Topic::SalaryFrom},
                                        {"to", Topic::SalaryTo},
                                        {"none", Topic::SalaryNone},
                                        {"words", Topic::SalaryWord},
                                        {"estimate", Topic::SalaryEstimate}};

constexpr Named<Topic> postedLists[] = {
    {"today", Topic::PostedToday}, {"yesterday", Topic::PostedYesterday}, {"words", Topic::PostedWord}};

constexpr Named<AgoUnit> agoUnits[] = {{"minute", AgoUnit::Minute},
                                       {"hour", AgoUnit::Hour},
                                       {"day", AgoUnit::Day},
                                       {"week", AgoUnit::Week},
                                       {"month", AgoUnit::Month}};

constexpr Named<LabelField> labels[] = {
    {"title", LabelField::Title},   {"company", LabelField::Company}, {"location", LabelField::Location},
    {"salary", LabelField::Salary}, {"link", LabelField::Link},       {"employment", LabelField::Employment},
    {"posted", LabelField::Posted}, {"skills", LabelField::Skills},   {"seniority", LabelField::Seniority},
    {"other", LabelField::Other},
};

constexpr Named<Topic> connectors[] = {
    {"company", Topic::ConnectorCompany}, {"location", Topic::ConnectorLocation}, {"hiring", Topic::ConnectorHiring}};

constexpr Named<MailKind> kinds[] = {
    {"alert", MailKind::Alert},         {"recruiter", MailKind::Recruiter}, {"application", MailKind::Application},
    {"interview", MailKind::Interview}, {"rejection", MailKind::Rejection}, {"not_job", MailKind::NotJob},
};

}  // namespace

void Lexicon::Compiled::addLanguage(std::string_view file) {
    const auto data = json::parse(json::string_view(file.data(), file.size())).as_object();
    const auto language = static_cast<std::uint8_t>(languages.size());
    languages.emplace_back(data.at("language").as_string());
    const auto addAll = [&](const json::value& list, Topic topic, std::uint8_t value = 0) {
        eachPhrase(list, [&](std::string_view phrase) { add(phrase, {topic, value, language, false}); });
    };
    for (const auto& [key, topic] : plainLists) addAll(data.at(key), topic);
    const auto addGroup = [&](const char* group, const auto& names, Topic topic) {
        const auto& lists = data.at(group).as_object();
        for (const auto& [key, value] : names) addAll(lists.at(key), topic, static_cast<std::uint8_t>(value));
    };
    addGroup("seniority", seniorities, Topic::Seniority);
    addGroup("work_mode", workModes, Topic::WorkMode);
    addGroup("employment", employments, Topic::Employment);
    addGroup("salary", periods, Topic::SalaryPeriod);
    addGroup("labels", labels, Topic::Label);
    addGroup("kind", kinds, Topic::Kind);
    const auto addTopics = [&](const char* group, const auto& names) {
        const auto& lists = data.at(group).as_object();
        for (const auto& [key, topic] : names) addAll(lists.at(key), topic);
    };
    addTopics("salary", salaryLists);
    addTopics("posted", postedLists);
    addTopics("connectors", connectors);
    const auto& ago = data.at("posted").at("ago").as_object();
    for (const auto& [key, unit] : agoUnits) addAll(ago.at(key), Topic::PostedAgo, static_cast<std::uint8_t>(unit));
    std::uint8_t month = 1;
    for (const auto& forms : data.at("months").as_array()) addAll(forms, Topic::Month, month++);
    eachPhrase(data.at("about"), [&](std::string_view pattern) { addAbout(pattern); });
}

void Lexicon::Compiled::addPlaces(std::string_view file) {
    for (std::size_t at = 0; at < file.size();) {
        const auto end = std::min(file.find('\n', at), file.size());
        const auto line = file.substr(at, end - at);
        at = end + 1;
        if (line.empty() || line.starts_with('#')) continue;
        const auto tab = line.find('\t');
        const auto names = line.rfind('\t');
        if (tab == std::string_view::npos || names == tab)
            throw std::logic_error("places.tsv: a line without three columns");
        const auto kind = line.substr(0, tab);
        const auto topic = kind == "country"  ? Topic::Country
                           : kind == "region" ? Topic::Region
                           : kind == "city"   ? Topic::City
                                              : Topic::Area;
        for (auto rest = line.substr(names + 1); !rest.empty();) {
            const auto bar = std::min(rest.find('|'), rest.size());
            auto name = rest.substr(0, bar);
            rest.remove_prefix(std::min(bar + 1, rest.size()));
            if (name.starts_with('=')) {
                add(name.substr(1), {Topic::RegionCode, 0, noLanguage, true});
            } else if (name.starts_with('?')) {
                add(name.substr(1), {topic, 0, noLanguage, true});
            } else if (!name.empty()) {
                add(name, {topic, 0, noLanguage, false});
            }
        }
    }
}

void Lexicon::Compiled::addLegalForms(std::string_view file) {
    for (std::size_t at = 0; at < file.size();) {
        const auto end = std::min(file.find('\n', at), file.size());
        const auto line = file.substr(at, end - at);
        at = end + 1;
        if (!line.empty() && !line.starts_with('#')) add(line, {Topic::LegalForm, 0, noLanguage, false});
    }
}

Lexicon::Compiled::WordIds Lexicon::Compiled::idsOf(std::string_view folded, bool number) const {
    WordIds ids;
    if (number) ids.add(numberId);
    if (const auto* id = exact.find(folded)) ids.add(*id);
    if (folded.size() < shortestStem || number) return ids;
    if (beginningFilter.mayHold(folded.substr(0, shortestStem))) {
        for (auto size = shortestStem; size <= folded.size(); ++size) {
            if (const auto* id = beginnings.find(folded.substr(0, size))) ids.add(*id);
        }
    }
    if (endingFilter.mayHold(folded.substr(folded.size() - shortestStem))) {
        for (auto size = shortestStem; size <= folded.size(); ++size) {
            if (const auto* id = endings.find(folded.substr(folded.size() - size))) ids.add(*id);
        }
    }
    return ids;
}

std::vector<Lexicon::Compiled::WordIds> Lexicon::Compiled::idsOf(const Words& words) const {
    std::vector<WordIds> ids;
    ids.reserve(words.list.size());
    for (const auto& word : words.list) ids.push_back(idsOf(words.fold(word), word.number));
    return ids;
}

void Lexicon::Compiled::match(const std::vector<WordIds>& ids, std::uint32_t node, std::uint32_t first,
                              std::uint32_t at, std::vector<Hit>& hits) const {
    for (const auto& meaning : nodes[node].meanings) {
        hits.push_back({.word = first,
                        .words = static_cast<std::uint16_t>(at - first),
                        .topic = meaning.topic,
                        .value = meaning.value,
                        .language = meaning.language,
                        .weak = meaning.weak});
    }
    const auto follow = [&](std::uint32_t from, std::uint32_t position) {
        for (const auto id : ids[position].all()) {
            if (const auto* next = edges.find(edge(from, id))) match(ids, *next, first, position + 1, hits);
        }
    };
    if (at < ids.size()) follow(node, at);
    if (nodes[node].gap == none) return;
    for (std::uint32_t skipped = 0; skipped <= longestGap && at + skipped < ids.size(); ++skipped) {
        follow(nodes[node].gap, at + skipped);
    }
}

Lexicon::Lexicon() {
    auto compiled = std::make_unique<Compiled>();
    std::string_view current;
    try {
        for (const auto& file : embeddedFiles()) {
            current = file.path;
            if (file.path.starts_with("analyse/extract/languages/")) compiled->addLanguage(file.content());
        }
        compiled->addPlaces(embedded(current = "analyse/extract/data/places.tsv"));
        compiled->addLegalForms(embedded(current = "analyse/extract/data/legal_forms.txt"));
    } catch (const std::exception& error) {
        throw std::logic_error("embedded " + std::string(current) + ": " + error.what());
    }
    for (auto* table : {&compiled->exact, &compiled->beginnings, &compiled->endings}) table->seal();
    compiled_ = std::move(compiled);
}

Lexicon::~Lexicon() = default;

std::vector<Hit> Lexicon::scan(const Words& words) const {
    std::vector<Hit> hits;
    hits.reserve(words.list.size());
    const auto ids = compiled_->idsOf(words);
    for (std::uint32_t first = 0; first < ids.size(); ++first) {
        if (ids[first].count == 0) continue;
        const auto begin = hits.size();
        compiled_->match(ids, 0, first, first, hits);
        std::stable_sort(hits.begin() + static_cast<std::ptrdiff_t>(begin), hits.end(),
                         [](const Hit& a, const Hit& b) { return a.words > b.words; });
    }
    return hits;
}

std::span<const std::string> Lexicon::languages() const { return compiled_->languages; }
std::span<const AboutPattern> Lexicon::aboutPatterns(std::string_view firstWord) const {
    const auto found = compiled_->about.find(firstWord);
    return found == compiled_->about.end() ? std::span<const AboutPattern>{}
                                           : std::span<const AboutPattern>(found->second);
}

}  // namespace nextjob::analyse
