#pragma once

#include "model/message_record.hpp"
#include "wire/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The JSON of POST /service/messages/analysed: what analysis made of messages, whole.
namespace nextjob::wire {

inline constexpr std::size_t mostMessages = 200;

// Bytes that are no UTF-8 become "?" each, so that places in the text stay where they are.
std::string writeAnalysed(const AnalysedMessage& message);

// A body of messages that were written before.
std::string writeAnalysedBody(const std::vector<std::string>& messages);

// Nothing for a body that is not whole and within its limits, with the problems, each named by its place.
std::optional<std::vector<AnalysedMessage>> readAnalysedBody(std::string_view body, Problems& problems);

}  // namespace nextjob::wire
