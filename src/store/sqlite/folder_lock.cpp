#include "store/sqlite/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace nextjob::store::sqlite {
namespace {

constexpr std::chrono::milliseconds betweenTries{5};

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder, std::chrono::milliseconds wait)
    : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw SqliteError(SQLITE_CANTOPEN, errno, "unable to open its folder");
    const auto deadline = std::chrono::steady_clock::now() + wait;
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR)) {
        if (std::chrono::steady_clock::now() >= deadline) {
            ::close(descriptor_);
            throw SqliteError(SQLITE_BUSY, 0, "another process opens a database in its folder");
        }
        std::this_thread::sleep_for(betweenTries);
    }
}

FolderLock::~FolderLock() { ::close(descriptor_); }

}  // namespace nextjob::store::sqlite
