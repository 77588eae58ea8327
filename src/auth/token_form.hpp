#pragma once

#include <string_view>

namespace nextjob::auth {

// Whether text is base64url without padding (RFC 7515, 2), of a length that such text can have.
bool isBase64Url(std::string_view text);

// Whether text has the form of a signed token: three parts of base64url with dots between (RFC 7515, 7.1). To be asked
// before cjose reads it, which ends the process at some text that is not (an assertion in version 0.6).
bool isTokenForm(std::string_view text);

}  // namespace nextjob::auth
