#include "wire/analysis.hpp"

#include "store/facts_json.hpp"
#include "text/timestamp.hpp"
#include "wire/queue.hpp"
#include "wire/read.hpp"
#include "wire/texts.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace nextjob::wire {

namespace {

// Beyond what analysis itself makes of the largest mail.
constexpr std::size_t mostOffers = 10'000;
constexpr std::size_t mostLabel = 1000;
constexpr std::size_t mostText = 16'384;
constexpr std::size_t mostLink = 65'536;
constexpr std::size_t mostCriteria = 64;
constexpr std::size_t mostSkills = 1000;
constexpr std::size_t mostFields = 64;

using Label = Text<0, mostLabel>;
using Words = Text<0, mostText>;
using Link = Text<0, mostLink>;

struct SalaryBody {
    Words verbatim;
    std::optional<double> minimum, maximum;
    Label currency;
    std::optional<Name<SalaryPeriod>> period;
};
BOOST_DESCRIBE_STRUCT(SalaryBody, (), (verbatim, minimum, maximum, currency, period))

struct FactsBody {
    Words title, company, location, description;
    Link applyLink;
    std::optional<SalaryBody> salary;
    std::optional<Name<WorkMode>> workMode;
    std::optional<Name<EmploymentType>> employmentType;
    std::optional<Name<Seniority>> seniority;
    std::optional<Text<10, 10>> posted;  // 2026-01-31
    Label language;
    List<Label, mostSkills> skills;
};
BOOST_DESCRIBE_STRUCT(FactsBody, (),
                      (title, company, location, description, applyLink, salary, workMode, employmentType, seniority,
                       posted, language, skills))

struct ScoreBody {
    Whole<0, 10> matchScore;
    Words reason, technologiesMatched;
    Link criteria;  // JSON: an array of objects
    double confidence = 0;
    Count judgedFor;
};
BOOST_DESCRIBE_STRUCT(ScoreBody, (), (matchScore, reason, technologiesMatched, criteria, confidence, judgedFor))

struct OfferBody {
    FactsBody facts;
    ScoreBody score;
    Link linkKey, textKey;
    Words evidence;  // JSON: {"title": [begin, end], …} in bytes of the source text
    Words sourceText;
};
BOOST_DESCRIBE_STRUCT(OfferBody, (), (facts, score, linkKey, textKey, evidence, sourceText))

struct MessageBody {
    Id userId, message;
    Name<MessageState> state;
    Words reason;
    std::optional<Name<MailKind>> kind;
    Label language, profile;
    Link subject, sender;
    std::optional<Whole<-mostId, mostId>> receivedAtMs;
    std::optional<Whole<0, 1'000'000'000>> announced;
    bool truncated = false;
    Count analysisUs;
    List<OfferBody, mostOffers> offers;
    Words aboutTitle, aboutCompany;
};
BOOST_DESCRIBE_STRUCT(MessageBody, (),
                      (userId, message, state, reason, kind, language, profile, subject, sender, receivedAtMs,
                       announced, truncated, analysisUs, offers, aboutTitle, aboutCompany))

struct Body {
    List<MessageBody, mostMessages> messages;
};
BOOST_DESCRIBE_STRUCT(Body, (), (messages))

Label label(const std::string& text) { return {sendable(text, mostLabel)}; }
Words words(const std::string& text) { return {sendable(text, mostText)}; }
Link link(const std::string& text) { return {sendable(text, mostLink)}; }

template <class Enum>
std::optional<Name<Enum>> named(const std::optional<Enum>& value) {
    return value ? std::optional(Name<Enum>{*value}) : std::nullopt;
}
template <class Enum>
std::optional<Enum> valueOf(const std::optional<Name<Enum>>& name) {
    return name ? std::optional(name->value) : std::nullopt;
}

FactsBody bodyOf(const OfferFacts& facts) {
    FactsBody body{.title = words(facts.title),
                   .company = words(facts.company),
                   .location = words(facts.location),
                   .description = words(facts.description),
                   .applyLink = link(facts.applyLink),
                   .salary = {},
                   .workMode = named(facts.workMode),
                   .employmentType = named(facts.employmentType),
                   .seniority = named(facts.seniority),
                   .posted = {},
                   .language = label(facts.language),
                   .skills = {}};
    if (facts.salary)
        body.salary = SalaryBody{.verbatim = words(facts.salary->verbatim),
                                 .minimum = facts.salary->minimum,
                                 .maximum = facts.salary->maximum,
                                 .currency = label(facts.salary->currency),
                                 .period = named(facts.salary->period)};
    if (facts.posted) body.posted = {text::date(*facts.posted)};
    for (const std::string& skill : facts.skills) body.skills.items.push_back(label(skill));
    return body;
}

OfferBody bodyOf(const OfferSighting& offer) {
    return {.facts = bodyOf(offer.facts),
            .score = {.matchScore = {offer.score.matchScore},
                      .reason = words(offer.score.reason),
                      .technologiesMatched = words(offer.score.technologiesMatched),
                      .criteria = link(offer.score.criteriaJson),
                      .confidence = offer.score.confidence,
                      .judgedFor = {offer.score.judgedFor}},
            .linkKey = link(offer.linkKey),
            .textKey = link(offer.textKey),
            .evidence = words(offer.evidenceJson),
            .sourceText = words(offer.sourceText)};
}

// What can't be said in types. Each reports at its place below the offer.
class OfferCheck {
  public:
    OfferCheck(std::size_t message, std::size_t offer, Problems& problems)
        : message_(message), offer_(offer), problems_(problems) {}

    void run(const OfferBody& body) {
        if (!isCriteria(body.score.criteria.value))
            wrong({"score", "criteria"}, "Give a JSON array of at most 64 objects.");
        if (!isEvidence(body.evidence.value, body.sourceText.value.size()))
            wrong({"evidence"}, "Give a JSON object of [begin, end] in bytes of source_text.");
        if (!isWebLink(body.facts.applyLink.value))
            wrong({"facts", "apply_link"}, "Give a link that begins with https:// or http://.");
        if (body.score.confidence < 0 || body.score.confidence > 1)
            wrong({"score", "confidence"}, "Give a number from 0 to 1.");
        if (body.facts.posted && !store::dateFromText(body.facts.posted->value))
            wrong({"facts", "posted"}, "Give a date such as 2026-01-31.");
    }

  private:
    static boost::json::value parsed(const std::string& text) {
        boost::json::error_code error;
        auto value = boost::json::parse(text, error);
        return error ? boost::json::value() : value;
    }
    static bool isCriteria(const std::string& text) {
        const auto value = parsed(text);
        return value.is_array() && value.get_array().size() <= mostCriteria
               && std::ranges::all_of(value.get_array(), [](const auto& each) { return each.is_object(); });
    }
    static bool isEvidence(const std::string& text, std::size_t size) {
        const auto value = parsed(text);
        if (!value.is_object() || value.get_object().size() > mostFields) return false;
        return std::ranges::all_of(value.get_object(), [size](const auto& field) {
            const auto* place = field.value().if_array();
            if (place == nullptr || place->size() != 2 || !(*place)[0].is_int64() || !(*place)[1].is_int64())
                return false;
            const auto begin = (*place)[0].get_int64(), end = (*place)[1].get_int64();
            return begin >= 0 && begin <= end && end <= static_cast<std::int64_t>(size);
        });
    }
    // What a reader clicks on.
    static bool isWebLink(std::string link) {
        link.resize(std::min(link.size(), std::string_view("https://").size()));
        std::ranges::transform(link, link.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        return link.empty() || link.starts_with("https://") || link.starts_with("http://");
    }
    void wrong(std::initializer_list<const char*> field, std::string msg) {
        Problem problem{.loc = {std::string("body"), std::string("messages"), static_cast<std::int64_t>(message_),
                                std::string("offers"), static_cast<std::int64_t>(offer_)},
                        .msg = std::move(msg),
                        .type = "value_error"};
        for (const char* part : field) problem.loc.emplace_back(std::string(part));
        problems_.push_back(std::move(problem));
    }

    std::size_t message_, offer_;
    Problems& problems_;
};

OfferFacts factsOf(FactsBody body) {
    OfferFacts facts;
    facts.title = std::move(body.title.value);
    facts.company = std::move(body.company.value);
    facts.location = std::move(body.location.value);
    facts.description = std::move(body.description.value);
    facts.applyLink = std::move(body.applyLink.value);
    if (body.salary)
        facts.salary = Salary{.verbatim = std::move(body.salary->verbatim.value),
                              .minimum = body.salary->minimum,
                              .maximum = body.salary->maximum,
                              .currency = std::move(body.salary->currency.value),
                              .period = valueOf(body.salary->period)};
    facts.workMode = valueOf(body.workMode);
    facts.employmentType = valueOf(body.employmentType);
    facts.seniority = valueOf(body.seniority);
    if (body.posted) facts.posted = store::dateFromText(body.posted->value);
    facts.language = std::move(body.language.value);
    for (auto& skill : body.skills.items) facts.skills.push_back(std::move(skill.value));
    return facts;
}

OfferSighting sightingOf(OfferBody body) {
    OfferSighting offer;
    offer.facts = factsOf(std::move(body.facts));
    offer.score = {.matchScore = static_cast<int>(body.score.matchScore.value),
                   .reason = std::move(body.score.reason.value),
                   .technologiesMatched = std::move(body.score.technologiesMatched.value),
                   .criteriaJson = std::move(body.score.criteria.value),
                   .confidence = body.score.confidence,
                   .judgedFor = body.score.judgedFor.value};
    offer.linkKey = std::move(body.linkKey.value);
    offer.textKey = std::move(body.textKey.value);
    offer.evidenceJson = std::move(body.evidence.value);
    offer.sourceText = std::move(body.sourceText.value);
    return offer;
}

AnalysedMessage messageOf(MessageBody body) {
    AnalysedMessage message;
    message.user = body.userId.value;
    message.message = body.message.value;
    message.state = body.state.value;
    message.reason = std::move(body.reason.value);
    message.kind = valueOf(body.kind);
    message.language = std::move(body.language.value);
    message.profile = std::move(body.profile.value);
    message.subject = std::move(body.subject.value);
    message.sender = std::move(body.sender.value);
    if (body.receivedAtMs) message.receivedAt = Timestamp(std::chrono::milliseconds(body.receivedAtMs->value));
    if (body.announced) message.announced = static_cast<int>(body.announced->value);
    message.truncated = body.truncated;
    message.analysisTime = std::chrono::microseconds(body.analysisUs.value);
    for (OfferBody& offer : body.offers.items) message.offers.push_back(sightingOf(std::move(offer)));
    message.aboutTitle = std::move(body.aboutTitle.value);
    message.aboutCompany = std::move(body.aboutCompany.value);
    return message;
}

void checkMessage(const MessageBody& message, std::size_t place, Problems& problems) {
    if (message.state.value != MessageState::Done && message.state.value != MessageState::Skipped)
        problems.push_back({.loc = {std::string("body"), std::string("messages"), static_cast<std::int64_t>(place),
                                    std::string("state")},
                            .msg = "Give done or skipped.",
                            .type = "literal_error"});
    for (std::size_t i = 0; i < message.offers.items.size(); ++i)
        OfferCheck(place, i, problems).run(message.offers.items[i]);
}

}  // namespace

std::string writeAnalysed(const AnalysedMessage& message) {
    MessageBody body{.userId = {message.user},
                     .message = {message.message},
                     .state = {message.state},
                     .reason = words(message.reason),
                     .kind = named(message.kind),
                     .language = label(message.language),
                     .profile = label(message.profile),
                     .subject = link(message.subject),
                     .sender = link(message.sender),
                     .receivedAtMs = {},
                     .announced = {},
                     .truncated = message.truncated,
                     .analysisUs = {std::max<std::int64_t>(0, message.analysisTime.count())},
                     .offers = {},
                     .aboutTitle = words(message.aboutTitle),
                     .aboutCompany = words(message.aboutCompany)};
    if (message.receivedAt) body.receivedAtMs = {message.receivedAt->time_since_epoch().count()};
    if (message.announced) body.announced = {*message.announced};
    for (const OfferSighting& offer : message.offers) body.offers.items.push_back(bodyOf(offer));
    return write(body);
}

std::string writeAnalysedBody(const std::vector<std::string>& messages) {
    std::string body = R"({"messages":[)";
    for (const std::string& message : messages) {
        if (body.back() != '[') body += ',';
        body += message;
    }
    return body + "]}";
}

std::optional<std::vector<AnalysedMessage>> readAnalysedBody(std::string_view body, Problems& problems) {
    auto given = readBody<Body>(body, problems);
    if (!given) return {};
    for (std::size_t i = 0; i < given->messages.items.size(); ++i) checkMessage(given->messages.items[i], i, problems);
    if (!problems.empty()) return {};
    std::vector<AnalysedMessage> messages;
    for (MessageBody& message : given->messages.items) messages.push_back(messageOf(std::move(message)));
    return messages;
}

}  // namespace nextjob::wire
