#include "auth/google/key_set.hpp"

#include <cstdint>
#include <string_view>

// A set of keys, and tokens that no key has signed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nextjob::auth;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto set = KeySet::parse(text)) (void)set->has("a");
    static const auto known = KeySet::parse(R"({"keys":[]})");
    (void)keyIdOf(text);
    if (known->verify(text)) __builtin_trap();
    return 0;
}
