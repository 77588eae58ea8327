#include "analyse/analyser.hpp"

#include "analyse/sighting.hpp"

#include <algorithm>
#include <chrono>

namespace nextjob::analyse {

namespace {

// The places where an offer speaks of what it asks for. Its record is all of them when it has one.
std::vector<Span> placesOf(const Offer& offer) {
    if (!offer.record.empty()) return {offer.record};
    std::vector<Span> places{offer.title.evidence};
    if (offer.description) places.push_back(offer.description->evidence);
    return places;
}

void addSkills(Offer& offer, const SkillFinder& finder, std::string_view text) {
    for (const auto place : placesOf(offer))
        for (const auto& mention : finder.findDistinct(text, place)) {
            const bool known = std::ranges::any_of(
                offer.skills, [&](const auto& skill) { return skill.value == mention.skill->name; });
            if (!known) offer.skills.push_back({std::string(mention.skill->name), mention.span});
        }
}

void describe(const mail::Message& message, AnalysedMessage& result) {
    result.subject = message.subject;
    if (message.from) result.sender = message.from->address;
    if (message.date) result.receivedAt = *message.date;
    result.truncated = result.truncated || message.document->truncated;
    for (const auto& defect : message.defects) result.reason += (result.reason.empty() ? "" : " ") + defect;
}

std::string textOf(const std::optional<Proven<std::string>>& field) { return field ? field->value : std::string{}; }

}  // namespace

const Analyser::Parts& Analyser::parts() const {
    std::call_once(loaded_, [this] { parts_ = std::make_unique<const Parts>(); });
    return *parts_;
}

void Analyser::prepare() const {
    parts();
    prepared_ = true;
}

Extraction Analyser::extract(const mail::Message& message) const {
    auto extraction = parts().extractor.extract(message);
    for (auto& offer : extraction.offers) addSkills(offer, parts().skills, message.document->text);
    return extraction;
}

AnalysedMessage Analyser::analyse(const RawMessage& raw, MessageId id, const Profile& profile) const {
    const auto start = std::chrono::steady_clock::now();
    AnalysedMessage result;
    result.user = raw.user;
    result.message = id;
    result.truncated = raw.truncated;
    const auto message =
        raw.format == MailFormat::GmailJson ? mail::parseGmailMessage(raw.bytes) : mail::parseMessage(raw.bytes);
    if (message) {
        describe(*message, result);
        addOffers(*message, profile, result);
    } else {
        result.state = MessageState::Skipped;
        result.reason = message.error().message;
    }
    result.analysisTime =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    return result;
}

void Analyser::addOffers(const mail::Message& message, const Profile& profile, AnalysedMessage& result) const {
    const auto extraction = extract(message);
    result.kind = extraction.kind;
    result.language = extraction.language;
    result.profile = extraction.sender;
    result.announced = extraction.announced;
    if (extraction.about) {
        result.aboutTitle = textOf(extraction.about->title);
        result.aboutCompany = textOf(extraction.about->company);
    }
    result.offers = sightingsOf(extraction, *message.document);
    for (auto& offer : result.offers) offer.score = toOfferScore(parts().scorer.score(offer.facts, profile));
}

}  // namespace nextjob::analyse
