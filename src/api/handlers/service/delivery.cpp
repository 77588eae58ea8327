#include "api/handlers/service/delivery.hpp"

#include "analyse/identity/links.hpp"
#include "analyse/identity/text_key.hpp"
#include "analyse/skills/skill_finder.hpp"
#include "api/reply.hpp"
#include "text/lines.hpp"
#include "wire/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace nextjob::api {

namespace {

constexpr std::size_t mostOffers = 1000;
constexpr std::string_view unnamedSource = "service";  // of offers that don't say where they are from
// How much a service's word counts beside a mail that was read here: as one that knows half of what can be known.
constexpr double confidence = 0.5;

// The contract's fields; those that are optional may be null or absent.
struct OfferBody {
    wire::Whole<1, 9007199254740991> userId;
    wire::Text<1, 254> email;  // for the reader: the user's id decides
    wire::Whole<0, 10> matchScore;
    wire::Text<0, 2000> reason;
    wire::Text<0, 2000> technologiesMatched;
    wire::Text<1, 300> title;
    wire::Text<0, 300> company;
    wire::Text<0, 300> location;
    std::optional<wire::Text<0, 4000>> description;
    wire::Text<0, 2000> applyLink;
    std::optional<wire::Text<0, 200>> sourceId;
    std::optional<wire::Text<0, 40>> source;
};
BOOST_DESCRIBE_STRUCT(OfferBody, (),
                      (userId, email, matchScore, reason, technologiesMatched, title, company, location, description,
                       applyLink, sourceId, source))

struct DeliveryBody {
    wire::List<OfferBody, mostOffers> jobOffers;
};
BOOST_DESCRIBE_STRUCT(DeliveryBody, (), (jobOffers))

// "React, TypeScript" by the taxonomy's names; what it does not know stays out.
std::vector<std::string> skillsOf(std::string_view technologies, const analyse::SkillFinder& finder) {
    std::vector<std::string> names;
    while (!technologies.empty()) {
        const auto comma = std::min(technologies.find_first_of(",;"), technologies.size());
        const auto* skill = finder.byName(text::trim(technologies.substr(0, comma)));
        if (skill != nullptr && std::ranges::find(names, skill->name) == names.end()) names.emplace_back(skill->name);
        technologies.remove_prefix(std::min(comma + 1, technologies.size()));
    }
    return names;
}

DeliveredOffer deliveredOffer(OfferBody body, const analyse::SkillFinder& finder) {
    DeliveredOffer offer;
    offer.user = body.userId.value;
    offer.source = body.source && !body.source->value.empty() ? body.source->value : std::string(unnamedSource);
    if (body.sourceId) offer.sourceId = std::move(body.sourceId->value);
    OfferSighting& sighting = offer.sighting;
    sighting.score = {.matchScore = static_cast<int>(body.matchScore.value),
                      .reason = std::move(body.reason.value),
                      .technologiesMatched = body.technologiesMatched.value,
                      .confidence = confidence};
    OfferFacts& facts = sighting.facts;
    facts.title = std::move(body.title.value);
    facts.company = std::move(body.company.value);
    facts.location = std::move(body.location.value);
    if (body.description) facts.description = std::move(body.description->value);
    facts.applyLink = analyse::unwrap(body.applyLink.value);
    facts.skills = skillsOf(body.technologiesMatched.value, finder);
    sighting.linkKey = analyse::targetKey(facts.applyLink);
    sighting.textKey = analyse::textKey(facts.title, facts.company, facts.location);
    if (sighting.textKey.ends_with("|remote")) facts.workMode = WorkMode::Remote;
    return offer;
}

bool isWebLink(std::string_view link) {
    return link.empty()
           || ((link.starts_with("https://") || link.starts_with("http://"))
               && std::ranges::none_of(link, [](char c) { return static_cast<unsigned char>(c) <= 0x20; }));
}

wire::Problem problemOf(std::size_t offer, const char* field, std::string msg) {
    return {
        .loc = {std::string("body"), std::string("job_offers"), static_cast<std::int64_t>(offer), std::string(field)},
        .msg = std::move(msg),
        .type = "value_error"};
}

struct DeliveredView {
    std::optional<OfferId> id;
    UserId userId = 0;
    std::string_view title;
    std::string_view source;
    std::string_view sourceId;
    std::string_view result;
};
BOOST_DESCRIBE_STRUCT(DeliveredView, (), (id, userId, title, source, sourceId, result))

struct DeliveryView {
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
    std::vector<DeliveredView> jobOffers;
};
BOOST_DESCRIBE_STRUCT(DeliveryView, (), (created, updated, unchanged, jobOffers))

}  // namespace

std::expected<DeliveredOffers, Response> readDelivery(const std::string& body, const analyse::SkillFinder& skills) {
    wire::Problems problems;
    auto given = wire::readBody<DeliveryBody>(body, problems);
    if (!given) return std::unexpected(refuse(problems));
    auto& items = given->jobOffers.items;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!wire::normalisedEmail(items[i].email.value))
            problems.push_back(problemOf(i, "email", "This is no e-mail address; it looks like name@example.com."));
        if (text::trim(items[i].title.value).empty())
            problems.push_back(problemOf(i, "title", "Give a title that is more than blanks."));
        if (!isWebLink(items[i].applyLink.value))
            problems.push_back(problemOf(i, "apply_link", "Give a link that begins with https:// or http://."));
    }
    if (!problems.empty()) return std::unexpected(refuse(problems));
    std::vector<DeliveredOffer> offers;
    offers.reserve(items.size());
    for (OfferBody& item : items) offers.push_back(deliveredOffer(std::move(item), skills));
    return std::make_shared<const std::vector<DeliveredOffer>>(std::move(offers));
}

Response deliveryReply(const std::vector<DeliveredOffer>& offers, const store::DeliveryReport& report) {
    wire::Problems problems;
    for (const std::size_t place : report.strangers)
        problems.push_back(problemOf(place, "user_id", "There is no user with this id. Nothing was stored."));
    if (!problems.empty()) return refuse(problems);
    DeliveryView shown;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        const auto& [id, outcome] = report.items[i];
        shown.created += outcome == Delivery::Created ? 1 : 0;
        shown.updated += outcome == Delivery::Updated ? 1 : 0;
        shown.unchanged += outcome == Delivery::Unchanged || outcome == Delivery::Suppressed ? 1 : 0;
        shown.jobOffers.push_back({.id = id == 0 ? std::nullopt : std::optional(id),
                                   .userId = offers[i].user,
                                   .title = offers[i].sighting.facts.title,
                                   .source = offers[i].source,
                                   .sourceId = offers[i].sourceId,
                                   .result = nameOf(outcome)});
    }
    return ok(shown);
}

}  // namespace nextjob::api
