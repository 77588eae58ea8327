#pragma once

#include "mail/part.hpp"

#include <string>
#include <string_view>

namespace nextjob::mail {

// What a Content-Type header says, through GMime (quoting, RFC 2231 and RFC 2047 in parameters). Sets the
// part's type, charset, format and, from its name, the filename; gives the boundary, "" when there is none.
std::string readContentType(std::string_view value, Part& part);
void readDisposition(std::string_view value, Part& part);
void readTransferEncoding(std::string_view value, Part& part);

}  // namespace nextjob::mail
