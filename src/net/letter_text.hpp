#pragma once

#include "net/mailer.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace nextjob::net {

// The address in "Name <address>" or "address".
std::string_view addressIn(std::string_view mailbox);

// The letter as a message (RFC 5322), lines ended by CRLF: headers, then the text as quoted-printable. No header can be
// added through a field: control characters are dropped.
std::string messageText(const Letter& letter, std::string_view from, std::string_view messageId,
                        std::chrono::system_clock::time_point now);

}  // namespace nextjob::net
