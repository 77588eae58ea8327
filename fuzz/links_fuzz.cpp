#include "analyse/identity/links.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// Unwrapping ends, is no longer than what it was given, and an unwrapped link has the key of its wrapper.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view link(reinterpret_cast<const char*>(data), size);
    const std::string target = nextjob::analyse::unwrap(link);
    if (target.size() > link.size()) std::abort();
    const std::string key = nextjob::analyse::linkKey(link);
    if (!key.empty() && key.size() > link.size() + 64) std::abort();
    return 0;
}
