#include "api/handlers/job_offers/evidence_view.hpp"

#include "text/timestamp.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace nextjob::api {

namespace {

struct FieldView {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::string_view text;
};
BOOST_DESCRIBE_STRUCT(FieldView, (), (begin, end, text))

// Units before a byte of a text, as the reader of our JSON counts them: what is no UTF-8 reaches it as U+FFFD.
std::int64_t unitsBefore(std::string_view text, std::size_t byte, TextUnit unit) {
    std::int64_t units = 0;
    for (std::size_t at = 0; at < byte; ++units) {
        const std::size_t length = wire::characterBytes(text, at);
        if (unit == TextUnit::Utf16 && length == 4) ++units;
        at += length;
    }
    return units;
}

// The bytes [begin, end) of an entry of the stored evidence, when they lie in the text.
std::optional<std::pair<std::size_t, std::size_t>> bytesOf(const boost::json::value& entry, std::size_t size) {
    if (!entry.is_array() || entry.get_array().size() != 2) return {};
    const auto* begin = entry.get_array()[0].if_int64();
    const auto* end = entry.get_array()[1].if_int64();
    if (begin == nullptr || end == nullptr || *begin < 0 || *begin > *end || static_cast<std::size_t>(*end) > size)
        return {};
    return std::pair(static_cast<std::size_t>(*begin), static_cast<std::size_t>(*end));
}

std::string fieldsOf(const StoredSighting& sighting, TextUnit unit) {
    const std::string_view text = sighting.sourceText;
    boost::system::error_code error;
    const auto evidence = boost::json::parse(sighting.evidenceJson, error);
    if (error || !evidence.is_object()) return "{}";
    std::string out = "{";
    for (const auto& [name, entry] : evidence.get_object()) {
        const auto bytes = bytesOf(entry, text.size());
        if (!bytes) continue;
        if (out.size() > 1) out += ',';
        wire::append(out, std::string_view(name));
        out += ':';
        wire::append(out, FieldView{.begin = unitsBefore(text, bytes->first, unit),
                                    .end = unitsBefore(text, bytes->second, unit),
                                    .text = text.substr(bytes->first, bytes->second - bytes->first)});
    }
    return out + '}';
}

}  // namespace

EvidenceView evidenceView(const StoredSighting& sighting, TextUnit unit) {
    return {.messageId = sighting.message,
            .seenAt = text::timestamp(sighting.seenAt),
            .source = sighting.source,
            .sourceId = sighting.sourceId,
            .sender = sighting.sender,
            .subject = sighting.subject,
            .units = unit == TextUnit::Utf16 ? "utf16" : "characters",
            .text = sighting.sourceText,
            .fields = {fieldsOf(sighting, unit)}};
}

}  // namespace nextjob::api
