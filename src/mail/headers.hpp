#pragma once

#include "mail/message.hpp"

#include <string_view>

namespace nextjob::mail {

// Must have run before any other use of GMime; safe from any thread, any number of times.
void initMime();

// Takes one header field, as it stands in the message, into the message: decoded, cleaned, the first of
// several.
void readHeader(std::string_view name, std::string_view value, Message& message);

}  // namespace nextjob::mail
