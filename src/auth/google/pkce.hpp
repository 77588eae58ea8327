#pragma once

#include <string>
#include <string_view>

// Proof Key for Code Exchange (RFC 7636): only who began a sign-in can end it.
namespace nextjob::auth {

// What is sent when the sign-in begins, for the verifier that is shown at its end: base64url of its SHA-256.
std::string codeChallenge(std::string_view verifier);

// 43 to 128 letters, digits, -, ., _ and ~.
bool isCodeVerifier(std::string_view text);

}  // namespace nextjob::auth
