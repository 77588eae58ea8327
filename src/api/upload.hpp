#pragma once

#include "api/upload_quota.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace nextjob::api {

// A body that was streamed to a file. Owns the file: it is removed with the object unless somebody takes it.
class Upload {
  public:
    // Makes an empty file with a new name in the directory, mode 0600. Throws std::system_error.
    explicit Upload(const std::filesystem::path& directory);
    ~Upload();
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    // Blocking; throws std::system_error, of which ENOSPC means that the disk is full.
    void write(const char* data, std::size_t size);
    // Makes what was written durable and closes the file. Blocking; throws std::system_error.
    void finish();

    // The file is no longer removed: it is somebody else's.
    void release() { path_.clear(); }

    const std::filesystem::path& path() const { return path_; }

    std::uint64_t size() const { return size_; }

    UploadQuota::Place place;  // what it takes of its user's quota, until the file is taken or gone
    std::string fileName;      // as the client calls it, "" when it does not say; never a path to open
    std::string contentType;   // of the file itself, "" when the client does not say

  private:
    std::filesystem::path path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace nextjob::api
