#include "document_invariants.hpp"
#include "mail/mbox.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

// A file in memory, read as an mbox with a small limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int file = ::memfd_create("mbox", 0);
    nextjob::fuzzing::require(::ftruncate(file, 0) == 0);
    nextjob::fuzzing::require(::pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
    constexpr std::size_t limit = 256;
    auto reader = nextjob::mail::MboxReader::open(fmt::format("/proc/self/fd/{}", file), limit);
    if (!reader) return 0;
    std::uint64_t after = 0;
    while (true) {
        const auto entry = reader->next();
        nextjob::fuzzing::require(entry.has_value());
        if (!*entry) break;
        nextjob::fuzzing::require((*entry)->bytes.size() <= limit && (*entry)->offset >= after);
        nextjob::fuzzing::require((*entry)->size > 0);
        after = (*entry)->offset + (*entry)->size;
    }
    nextjob::fuzzing::require(after <= size && reader->position() <= size);
    return 0;
}
