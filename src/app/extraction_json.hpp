#pragma once

#include "mail/message.hpp"
#include "model/offer.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace nextjob::app {

// Where a message was read from, for the line that `extract` prints about it.
struct MessageSource {
    std::string file;
    std::optional<std::uint64_t> offset;  // in an mbox
};

// One line of JSON, without its line break: what `nextjob extract` says of a message. Members that the mail says
// nothing of are left out; `withText` adds the clean text that the evidence points into.
std::string extractionLine(const MessageSource& source, const mail::Message& message, const Extraction& extraction,
                           bool withText);

}  // namespace nextjob::app
