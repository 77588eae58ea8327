#pragma once

#include <span>
#include <string_view>

namespace nextjob {

// A data file linked into the program (see cmake/EmbedData.cmake).
struct EmbeddedFile {
    std::string_view path;  // below src/, with forward slashes
    const char* begin;
    const char* end;

    std::string_view content() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

// Every embedded file, ordered by path.
std::span<const EmbeddedFile> embeddedFiles();

// The embedded file at this path below src/. Throws std::logic_error when the build did not embed it.
std::string_view embedded(std::string_view path);

}  // namespace nextjob
