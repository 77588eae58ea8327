#include "model/embedded.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace nextjob {

namespace detail {
extern const EmbeddedFile embeddedFiles[];
extern const unsigned embeddedFileCount;
}  // namespace detail

std::span<const EmbeddedFile> embeddedFiles() { return {detail::embeddedFiles, detail::embeddedFileCount}; }

std::string_view embedded(std::string_view path) {
    const auto files = embeddedFiles();
    const auto found = std::ranges::find(files, path, &EmbeddedFile::path);
    if (found == files.end()) throw std::logic_error("no embedded file " + std::string(path));
    return found->content();
}

}  // namespace nextjob
