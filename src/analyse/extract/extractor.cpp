#include "analyse/extract/extractor.hpp"

#include "analyse/extract/application.hpp"
#include "analyse/extract/assign.hpp"
#include "analyse/extract/company_name.hpp"
#include "analyse/extract/kind.hpp"
#include "analyse/extract/letter.hpp"
#include "analyse/extract/merge.hpp"
#include "analyse/extract/page.hpp"
#include "analyse/extract/record.hpp"
#include "analyse/extract/sender.hpp"
#include "analyse/extract/structured.hpp"

#include <algorithm>
#include <array>

namespace nextjob::analyse {

struct Extractor::Knowledge {
    Lexicon lexicon;
    LinkClassifier links;
    Senders senders;
};

Extractor::Extractor() : knowledge_(std::make_unique<const Knowledge>()) {}
Extractor::~Extractor() = default;

namespace {

// One extraction, step by step: records of each section, merged; then the kind; then what the kind asks for.
class Reading {
  public:
    Reading(const mail::Message& message, const Page& page, const SenderProfile* sender, const Lexicon& lexicon)
        : message_(message), page_(page), sender_(sender), lexicon_(lexicon) {}

    Extraction read() {
        findOffers();
        Extraction result;
        result.sender = sender_ == nullptr ? "" : sender_->name;
        result.language = language();
        const auto scores = scoreKinds(page_);
        // A mail that lists offers is no letter.
        auto letter = found_.size() < 2 ? readLetter(page_, message_) : std::nullopt;
        result.kind = social() ? MailKind::NotJob : decideKind(scores, facts(letter.has_value()), message_, sender_);
        switch (result.kind) {
            case MailKind::Alert:
                result.announced = announcedCount(page_);
                nameEmployer();
                for (auto& found : found_) result.offers.push_back(std::move(found.offer));
                break;
            case MailKind::Recruiter:
                // A recruiter may list several openings; else the letter's prose names the one.
                if (found_.size() >= 2) {
                    nameEmployer();
                    for (auto& found : found_) result.offers.push_back(std::move(found.offer));
                } else if (letter) {
                    result.offers.push_back(std::move(*letter));
                }
                break;
            case MailKind::Application:
            case MailKind::Interview:
            case MailKind::Rejection: result.about = subject(); break;
            case MailKind::NotJob: break;
        }
        return result;
    }

  private:
    void findOffers() {
        employer_ = findEmployer();
        const auto& document = page_.document();
        for (auto& posting : readJobPostings(document))
            found_.push_back({.offer = std::move(posting), .key = {}, .jobLink = true});
        const bool plainFirst = sender_ != nullptr && sender_->plainFirst && !document.plain.empty();
        if (plainFirst) addSection(Section::Plain);
        if (!document.html.empty()) addSection(Section::Html);
        if (!plainFirst && !document.plain.empty() && plainMayAdd()) addSection(Section::Plain);
        dropStrays(found_);
    }

    // The plain part repeats the HTML part in most mails: it is read when it may hold more.
    bool plainMayAdd() const {
        if (found_.empty()) return true;
        const auto incomplete =
            std::ranges::count_if(found_, [](const FoundOffer& f) { return !f.offer.company || !f.offer.location; });
        if (incomplete > 0) return true;
        std::vector<std::string_view> keys;
        for (const auto& line : page_.lines()) {
            if (!line.plain) continue;
            const auto* link = page_.linkOf(line);
            if (link != nullptr && link->kind == LinkClass::Job) keys.push_back(page_.keyOf(*link));
        }
        std::ranges::sort(keys);
        const auto repeated = std::ranges::unique(keys);
        return keys.size() - repeated.size() > found_.size();
    }

    void addSection(Section section) {
        auto records = findRecords(page_, section, sender_);
        // Offers in HTML are linked; one title without a link is somebody's words.
        const auto linked = std::ranges::count_if(records, [](const Record& r) { return r.link != noIndex; });
        if (section == Section::Html && linked == 0 && records.size() < 2) records.clear();
        auto offers = assignFields(page_, records, sender_, message_.date, employer_.has_value());
        std::vector<FoundOffer> more;
        for (std::size_t i = 0; i < offers.size(); ++i) {
            FoundOffer found{.offer = std::move(offers[i]), .confidence = records[i].confidence};
            if (records[i].link != noIndex) {
                const auto& link = page_.links()[records[i].link];
                found.key = page_.keyOf(link);
                found.jobLink = link.kind == LinkClass::Job;
                found.opaqueLink = link.kind == LinkClass::Opaque;
                if (link.kind == LinkClass::Company) found.offer.applyLink.reset();
                if (found.jobLink) found.offer.applyLink->value = withoutTracking(link.target, sender_);
            }
            more.push_back(std::move(found));
        }
        mergeOffers(found_, std::move(more));
    }

    RecordFacts facts(bool letterTitle) const {
        RecordFacts facts{.offers = found_.size(), .letterTitle = letterTitle};
        for (const auto& found : found_) {
            facts.jobLinks += found.jobLink;
            facts.places += found.offer.location.has_value();
            facts.linked += found.jobLink || found.opaqueLink;
            facts.complete += found.offer.company.has_value() || found.offer.location.has_value();
        }
        return facts;
    }

    // A card in the mail says it best; else its sentences.
    ApplicationSubject subject() const {
        if (found_.size() == 1 && found_.front().offer.company && found_.front().offer.applyLink)
            return {found_.front().offer.title, found_.front().offer.company};
        return readSubject(page_, message_, sender_ != nullptr && sender_->board);
    }

    bool social() const {
        if (sender_ == nullptr || !message_.from) return false;
        return std::ranges::any_of(sender_->socialFrom,
                                   [&](const std::string& part) { return message_.from->address.contains(part); });
    }

    // An employer's own alert names the firm once, around the list, and its pages carry the name.
    std::optional<Proven<std::string>> findEmployer() const {
        if (sender_ != nullptr && sender_->board) return std::nullopt;
        for (const auto& link : page_.links()) {
            if (link.kind != LinkClass::Job) continue;
            const auto begin = link.target.find("://");
            if (begin == std::string::npos) continue;
            // The host, and the first part of the path for systems that many firms share.
            auto end = link.target.find('/', begin + 3);
            if (end != std::string::npos) end = link.target.find('/', end + 1);
            auto host = link.target.substr(begin + 3, end == std::string::npos ? end : end - begin - 3);
            std::ranges::replace(host, '/', '.');
            if (auto name = nameOfDomain(page_, host)) return name;
            break;
        }
        return nameOfSender(page_, message_);
    }

    void nameEmployer() {
        const auto lacking =
            std::ranges::count_if(found_, [](const FoundOffer& f) { return !f.offer.company.has_value(); });
        if (!employer_ || static_cast<std::size_t>(lacking) * 2 < found_.size()) return;
        for (auto& found : found_) {
            if (!found.offer.company) found.offer.company = employer_;
        }
    }

    std::string language() const {
        std::array<std::size_t, 32> counts{};
        for (const auto& hit : page_.hits()) {
            if (hit.topic == Topic::Stopword && hit.language < counts.size()) ++counts[hit.language];
        }
        const auto best = std::ranges::max_element(counts);
        return *best < 3 ? std::string() : lexicon_.languages()[static_cast<std::size_t>(best - counts.begin())];
    }

    const mail::Message& message_;
    const Page& page_;
    const SenderProfile* sender_;
    const Lexicon& lexicon_;
    std::optional<Proven<std::string>> employer_;
    std::vector<FoundOffer> found_;
};

}  // namespace

Extraction Extractor::extract(const mail::Message& message) const {
    const auto* sender = knowledge_->senders.find(message);
    const Page page(*message.document, knowledge_->lexicon, knowledge_->links, sender);
    return Reading(message, page, sender, knowledge_->lexicon).read();
}

}  // namespace nextjob::analyse
