#include "document_invariants.hpp"

#include <string>

// The first byte chooses the limits, so that the flattening of deep trees and the cuts are met by small
// inputs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    nextjob::mail::Limits limits;
    if ((data[0] & 1U) != 0) limits.nodeDepth = 4;
    if ((data[0] & 2U) != 0) limits.nodes = 20;
    if ((data[0] & 4U) != 0) limits.textBytes = 200;
    std::string message = "From: a@example.com\nContent-Type: text/html; charset=utf-8\n\n";
    message.append(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto parsed = nextjob::mail::parseMessage(message, limits);
    nextjob::fuzzing::require(parsed.has_value());
    nextjob::fuzzing::checkMessage(*parsed);
    return 0;
}
