#include "analyse/skills/skill_finder.hpp"
#include "api/handlers/job_offers/evidence_view.hpp"
#include "api/handlers/preferences/preferences_view.hpp"
#include "api/handlers/service/delivery.hpp"
#include "text/timestamp.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace nextjob;

void require(bool good) {
    if (!good) std::abort();
}

// What is refused is refused with 422, whatever was sent.
void readBodies(const std::string& body) {
    static const analyse::SkillFinder skills;
    const auto offers = api::readDelivery(body, skills);
    require(offers || offers.error().status == 422);
    if (offers)
        for (const DeliveredOffer& offer : *offers)
            require(offer.user > 0 && !offer.source.empty() && !offer.sourceId.empty());
    const auto wishes = api::changedWishes(body, Profile());
    require(wishes || wishes.error().status == 422);
}

void readMoment(const std::string& text) {
    const auto time = text::parseTimestamp(text);
    if (time) require(text::parseTimestamp(text::timestamp(*time)) == time);
}

// A stored evidence of any form over a text of any bytes.
void showEvidence(const std::string& text) {
    StoredSighting sighting;
    const auto split = text.find('\n');
    sighting.evidenceJson = text.substr(0, split);
    sighting.sourceText = split == std::string::npos ? "" : text.substr(split + 1);
    for (const auto unit : {api::TextUnit::CodePoint, api::TextUnit::Utf16})
        require(!api::evidenceView(sighting, unit).fields.text.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    readBodies(text);
    readMoment(text);
    showEvidence(text);
    return 0;
}
