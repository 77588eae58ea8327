#pragma once

#include "model/stored_offer.hpp"
#include "wire/write.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::api {

// How positions in a text are counted: by characters (Unicode code points), as Python does, or by UTF-16 code units, as
// JavaScript does.
enum class TextUnit : std::uint8_t { CodePoint, Utf16 };

// One mail's proof of an offer: the words around it, and where in them each field stands. Views into the sighting,
// which outlives it.
struct EvidenceView {
    MessageId messageId = 0;
    std::string seenAt;
    std::string_view source;
    std::string_view sourceId;
    std::string_view sender;
    std::string_view subject;
    std::string_view units;
    std::string_view text;
    wire::Raw fields;  // {"title": {"begin", "end", "text"}, …}
};
BOOST_DESCRIBE_STRUCT(EvidenceView, (), (messageId, seenAt, source, sourceId, sender, subject, units, text, fields))

EvidenceView evidenceView(const StoredSighting& sighting, TextUnit unit);

}  // namespace nextjob::api
