#include "document_invariants.hpp"
#include "queue/event/raw_job_email.hpp"

#include <cstdint>

// An event that is let pass says the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nextjob::queue;
    const auto event = decodeRawJobEmail({reinterpret_cast<const char*>(data), size});
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
