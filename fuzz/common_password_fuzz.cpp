#include "auth/common_passwords.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

// A password and, behind the first line end, the address of the user who chooses it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto end = text.find('\n');
    const auto words = nextjob::auth::wordsOf(end == std::string::npos ? "" : text.substr(end + 1), "");
    (void)nextjob::auth::isCommonPassword(text.substr(0, end), words);
    return 0;
}
