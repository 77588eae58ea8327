// Any bytes as a mail: extraction ends, and every field stands where its evidence says.

#include "analyse/extract/extractor.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace nextjob;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check(const mail::Document& document, const std::optional<Proven<std::string>>& field) {
    if (field) require(document.slice(field->evidence) == field->value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const analyse::Extractor extractor;
    const auto message = mail::parseAny({reinterpret_cast<const char*>(data), size});
    if (!message) return 0;
    const auto extraction = extractor.extract(*message);
    const auto& document = *message->document;
    for (const auto& offer : extraction.offers) {
        require(!offer.title.value.empty());
        require(document.slice(offer.title.evidence) == offer.title.value);
        check(document, offer.company);
        check(document, offer.location);
        if (offer.applyLink) require(offer.applyLink->evidence.end <= document.text.size());
    }
    return 0;
}
