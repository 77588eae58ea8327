#pragma once

#include "api/http.hpp"
#include "api/limits.hpp"
#include "api/multipart.hpp"
#include "api/upload.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace nextjob::api {

// Takes an upload piece by piece into a file: a raw body, or the file of a multipart/form-data form. All of it blocks
// on the disk, so it is called on a thread for that, one call at a time. A refusal ends the upload; the file goes.
class UploadReceiver {
  public:
    // `place` is what the upload takes of its user's quota: as much as its length says, if it does.
    UploadReceiver(const Limits& limits, std::filesystem::path directory, UploadQuota::Place place)
        : limits_(limits), directory_(std::move(directory)), place_(std::move(place)) {}

    // From the request's header: is it a type that can be a file of mail, and is there room for it.
    std::optional<Response> begin(std::string_view contentType, std::string_view fileName,
                                  std::optional<std::uint64_t> length);
    // Whether the user's other files leave room: what waits to be read of them. Asked again now and then while one
    // without a length comes.
    std::optional<Response> besides(std::uint64_t unreadBytes);
    bool asksAgain() const { return !length_ && received_ >= nextCheck_; }
    std::optional<Response> take(std::string_view piece);
    // After the last piece: makes the file durable.
    std::optional<Response> finish(std::unique_ptr<Upload>& upload);

  private:
    bool roomFor(std::uint64_t bytes) const;
    std::uint64_t mostBytes() const;

    const Limits& limits_;
    std::filesystem::path directory_;
    UploadQuota::Place place_;
    std::optional<std::uint64_t> length_;
    std::uint64_t unread_ = 0;  // of the user's other files
    std::unique_ptr<Upload> upload_;
    std::optional<MultipartReader> multipart_;
    std::uint64_t received_ = 0;
    std::uint64_t nextCheck_ = 0;  // of the disk's room, in bytes received
};

}  // namespace nextjob::api
