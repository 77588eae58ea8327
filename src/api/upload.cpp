#include "api/upload.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace nextjob::api {

namespace {

[[noreturn]] void failWith(const char* what, const std::filesystem::path& path) {
    throw std::system_error(errno, std::generic_category(), what + (' ' + path.string()));
}

}  // namespace

Upload::Upload(const std::filesystem::path& directory) {
    std::string name = (directory / "upload-XXXXXX").string();
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) failWith("making", name);
    path_ = name;
}

Upload::~Upload() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!path_.empty()) ::unlink(path_.c_str());
}

void Upload::write(const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t written = ::write(descriptor_, data, size);
        if (written < 0) {
            if (errno == EINTR) continue;
            failWith("writing", path_);
        }
        data += written;
        size -= static_cast<std::size_t>(written);
        size_ += static_cast<std::uint64_t>(written);
    }
}

void Upload::finish() {
    if (::fdatasync(descriptor_) != 0) failWith("writing", path_);
    if (::close(std::exchange(descriptor_, -1)) != 0) failWith("writing", path_);
}

}  // namespace nextjob::api
