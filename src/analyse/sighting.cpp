#include "analyse/sighting.hpp"

#include "analyse/identity/links.hpp"
#include "analyse/identity/text_key.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace nextjob::analyse {

namespace {

// What is kept of the mail with each offer: enough to show the evidence where it stands.
constexpr std::uint32_t keptBytes = 4000;
constexpr std::uint32_t keptBeforeTitle = 400;
constexpr std::size_t descriptionBytes = 4000;

bool isInsideCharacter(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

std::string cutToBytes(const std::string& text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && isInsideCharacter(text, most)) --most;
    return text.substr(0, most);
}

// The offer's record, or the part of it that holds the title when it is long.
Span keptSpan(const Offer& offer, std::string_view text) {
    const auto title = offer.title.evidence;
    Span kept = offer.record.contains(title) && !offer.record.empty() ? offer.record : title;
    if (kept.size() <= keptBytes) return kept;
    kept.begin = std::max(kept.begin, title.begin - std::min(title.begin, keptBeforeTitle));
    kept.end = std::min(kept.end, kept.begin + keptBytes);
    while (isInsideCharacter(text, kept.begin)) ++kept.begin;
    while (isInsideCharacter(text, kept.end)) --kept.end;
    return kept;
}

// Evidence as offsets into the words that are kept; what stands elsewhere in the mail is left out.
class EvidenceWriter {
  public:
    explicit EvidenceWriter(Span kept) : kept_(kept) {}

    template <class T>
    void add(const char* name, const Proven<T>& field) {
        if (kept_.contains(field.evidence))
            places_[name] = {field.evidence.begin - kept_.begin, field.evidence.end - kept_.begin};
    }
    template <class T>
    void add(const char* name, const std::optional<Proven<T>>& field) {
        if (field) add(name, *field);
    }
    std::string json() const { return boost::json::serialize(places_); }

  private:
    Span kept_;
    boost::json::object places_;
};

std::string evidenceOf(const Offer& offer, Span kept) {
    EvidenceWriter evidence(kept);
    evidence.add("title", offer.title);
    evidence.add("company", offer.company);
    evidence.add("location", offer.location);
    evidence.add("apply_link", offer.applyLink);
    evidence.add("salary", offer.salary);
    evidence.add("work_mode", offer.workMode);
    evidence.add("employment_type", offer.employmentType);
    evidence.add("seniority", offer.seniority);
    evidence.add("posted", offer.posted);
    return evidence.json();
}

std::string textOf(const std::optional<Proven<std::string>>& field) { return field ? field->value : std::string{}; }

template <class T>
std::optional<T> valueOf(const std::optional<Proven<T>>& field) {
    return field ? std::optional(field->value) : std::nullopt;
}

// Links that stand under several titles are the mail's ("see all"), and prove no job.
std::set<std::string> sharedLinks(const Extraction& extraction) {
    std::map<std::string, std::set<std::string>> titles;
    for (const auto& offer : extraction.offers)
        if (offer.applyLink) titles[linkKey(offer.applyLink->value)].insert(offer.title.value);
    std::set<std::string> shared;
    for (const auto& [key, under] : titles)
        if (under.size() > 1) shared.insert(key);
    return shared;
}

// Whether two sightings of one mail are one job.
bool sameJob(const OfferSighting& a, const OfferSighting& b) {
    return (!a.linkKey.empty() && a.linkKey == b.linkKey) || (!a.textKey.empty() && a.textKey == b.textKey);
}

}  // namespace

OfferFacts factsOf(const Offer& offer, const std::string& language) {
    OfferFacts facts;
    facts.title = offer.title.value;
    facts.company = textOf(offer.company);
    facts.location = textOf(offer.location);
    facts.description = cutToBytes(textOf(offer.description), descriptionBytes);
    facts.applyLink = textOf(offer.applyLink);
    facts.salary = valueOf(offer.salary);
    facts.workMode = valueOf(offer.workMode);
    facts.employmentType = valueOf(offer.employmentType);
    facts.seniority = valueOf(offer.seniority);
    facts.posted = valueOf(offer.posted);
    facts.language = language;
    for (const auto& skill : offer.skills) facts.skills.push_back(skill.value);
    return facts;
}

std::vector<OfferSighting> sightingsOf(const Extraction& extraction, const mail::Document& document) {
    const auto shared = sharedLinks(extraction);
    std::vector<OfferSighting> sightings;
    for (const auto& offer : extraction.offers) {
        OfferSighting sighting;
        sighting.facts = factsOf(offer, extraction.language);
        const auto& facts = sighting.facts;
        sighting.linkKey = linkKey(facts.applyLink);
        if (shared.contains(sighting.linkKey)) sighting.linkKey.clear();
        sighting.textKey = textKey(facts.title, facts.company, facts.location);
        const bool repeated =
            std::ranges::any_of(sightings, [&](const auto& earlier) { return sameJob(earlier, sighting); });
        if (repeated) continue;
        const auto kept = keptSpan(offer, document.text);
        sighting.sourceText = document.slice(kept);
        sighting.evidenceJson = evidenceOf(offer, kept);
        sightings.push_back(std::move(sighting));
    }
    return sightings;
}

}  // namespace nextjob::analyse
