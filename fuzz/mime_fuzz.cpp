#include "document_invariants.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto message = nextjob::mail::parseMessage({reinterpret_cast<const char*>(data), size});
    if (message) nextjob::fuzzing::checkMessage(*message);
    return 0;
}
