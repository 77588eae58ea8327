#include "analyse/skills/skill_finder.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Every mention lies in the text, in order, and cuts no character in two.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const nextjob::analyse::SkillFinder finder;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::uint32_t last = 0;
    for (const auto& mention : finder.find(text)) {
        const auto [begin, end] = mention.span;
        if (begin < last || begin >= end || end > text.size()) std::abort();
        if ((data[begin] & 0xC0U) == 0x80U) std::abort();
        last = end;
    }
    return 0;
}
