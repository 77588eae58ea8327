#pragma once

#include "store/sqlite/connection.hpp"

#include <chrono>
#include <filesystem>

namespace nextjob::store::sqlite {

// Held while a process opens a database: one that is being made passes through states that SQLite shows to
// others as missing files and failing disks (its journal comes and goes while it changes to WAL). On the folder,
// not the file: closing any descriptor of a database file drops the locks that SQLite has on it in this process.
class FolderLock {
  public:
    // Waits `wait` for another holder, then throws SqliteError with SQLITE_BUSY; CANTOPEN when there is no such folder.
    // A file system without such locks (some of the network) is taken as it is.
    FolderLock(const std::filesystem::path& folder, std::chrono::milliseconds wait);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    int descriptor_;
};

}  // namespace nextjob::store::sqlite
