#include "analyse/extract/lexicon.hpp"

#include "analyse/extract/phrase_trie.hpp"
#include "model/embedded.hpp"
#include "model/offer.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

namespace nextjob::analyse {

namespace json = boost::json;

namespace {

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

struct Lexicon::Compiled {
    PhraseTrie phrases;
    std::vector<std::string> languages;
    std::unordered_map<std::string, std::vector<AboutPattern>, StringHash, std::equal_to<>> about;  // by first word

    void addLanguage(std::string_view file);
    void addAbout(std::string_view pattern);
    void addPlaces(std::string_view file);
    void addLegalForms(std::string_view file);
};

void Lexicon::Compiled::addAbout(std::string_view pattern) {
    AboutPattern compiled;
    for (const std::string_view piece : phrasePieces(pattern)) {
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
        eachPhrase(list, [&](std::string_view phrase) { phrases.add(phrase, {topic, value, language, false}); });
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
                phrases.add(name.substr(1), {Topic::RegionCode, 0, noLanguage, true});
            } else if (name.starts_with('?')) {
                phrases.add(name.substr(1), {topic, 0, noLanguage, true});
            } else if (!name.empty()) {
                phrases.add(name, {topic, 0, noLanguage, false});
            }
        }
    }
}

void Lexicon::Compiled::addLegalForms(std::string_view file) {
    for (std::size_t at = 0; at < file.size();) {
        const auto end = std::min(file.find('\n', at), file.size());
        const auto line = file.substr(at, end - at);
        at = end + 1;
        if (!line.empty() && !line.starts_with('#')) phrases.add(line, {Topic::LegalForm, 0, noLanguage, false});
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
    compiled->phrases.seal();
    compiled_ = std::move(compiled);
}

Lexicon::~Lexicon() = default;

std::vector<Hit> Lexicon::scan(const Words& words) const { return compiled_->phrases.scan(words); }

std::span<const std::string> Lexicon::languages() const { return compiled_->languages; }
std::span<const AboutPattern> Lexicon::aboutPatterns(std::string_view firstWord) const {
    const auto found = compiled_->about.find(firstWord);
    return found == compiled_->about.end() ? std::span<const AboutPattern>{}
                                           : std::span<const AboutPattern>(found->second);
}

}  // namespace nextjob::analyse
