#include "document_invariants.hpp"
#include "queue/event/fields.hpp"
#include "queue/event/raw_job_email.hpp"

#include <cstdint>
#include <string_view>

namespace {

// The short way to an event's fields finds what the long one finds.
void requireOneMeaning(std::string_view json) {
    using nextjob::queue::Field;
    const auto quick = nextjob::queue::Fields::read(json), slow = nextjob::queue::Fields::readAny(json);
    nextjob::fuzzing::require(quick.has_value() == slow.has_value());
    if (!quick) return;
    for (const char* name : {"schema_version", "subject", "full_text", "import_id", "truncated", "raw"}) {
        const Field &one = (*quick)[name], &other = (*slow)[name];
        nextjob::fuzzing::require(one.kind == other.kind && one.number == other.number && one.text() == other.text());
    }
}

}  // namespace

// An event that is let pass says the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nextjob::queue;
    const std::string_view json(reinterpret_cast<const char*>(data), size);
    requireOneMeaning(json);
    const auto event = decodeRawJobEmail(json);
    if (!event) {
        nextjob::fuzzing::require(!event.error().message.empty());
        return 0;
    }
    nextjob::fuzzing::require(event->message > 0 && event->raw.user > 0 && !event->raw.key.empty());
    const auto written = encode(*event);
    nextjob::fuzzing::require(written.has_value());
    const auto again = decodeRawJobEmail(*written);
    nextjob::fuzzing::require(again.has_value() && encode(*again).value() == *written);
    nextjob::fuzzing::require(again->raw.bytes == event->raw.bytes && again->raw.key == event->raw.key);
    nextjob::fuzzing::require(again->raw.receivedAt == event->raw.receivedAt && again->fullText == event->fullText);
    return 0;
}
