#include "api/upload_receiver.hpp"

#include "api/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace nextjob::api {

namespace {

constexpr std::array<std::string_view, 4> rawTypes{"application/mbox", "message/rfc822", "application/octet-stream",
                                                   "application/json"};
constexpr std::uint64_t bytesBetweenChecks = std::uint64_t{64} << 20U;

Response diskFull() {
    return refuse(507, "The server's disk has no room for this file. Ask whoever runs the server to free some.");
}

Response overQuota(std::uint64_t quota) {
    return refuse(507,
                  fmt::format("Your files that this server has not read yet may have {} bytes together. Wait until "
                              "your earlier uploads have been read, then send this one again.",
                              quota));
}

bool isFull(const std::error_code& error) {
    return error == std::errc::no_space_on_device || error == std::errc::file_too_large
           || error == std::error_code(EDQUOT, std::generic_category());
}

// What work on the file comes to: a disk without room is told apart from what is broken.
template <class Work>
std::optional<Response> unlessFull(Work work) {
    try {
        return work();
    } catch (const std::system_error& error) {
        if (!isFull(error.code())) throw;
        return diskFull();
    }
}

Response tooLarge(std::uint64_t limit) {
    return refuse(413, fmt::format("A file may have at most {} bytes; split it and send the parts one by one.", limit));
}

}  // namespace

bool UploadReceiver::roomFor(std::uint64_t bytes) const {
    std::error_code error;
    const auto space = std::filesystem::space(directory_, error);
    return error || space.available >= bytes + limits_.uploadDiskReserve;
}

std::uint64_t UploadReceiver::mostBytes() const { return std::min(limits_.uploadBytes, limits_.uploadBytesOfUser); }

std::optional<Response> UploadReceiver::begin(std::string_view contentType, std::string_view fileName,
                                              std::optional<std::uint64_t> length) {
    const std::string type = mediaType(contentType);
    length_ = length;
    if (length && *length > mostBytes()) return tooLarge(mostBytes());
    if (!roomFor(length.value_or(0))) return diskFull();
    if (type == "multipart/form-data") {
        multipart_.emplace(headerParameter(contentType, "boundary"),
                           [this](std::string_view piece) { upload_->write(piece.data(), piece.size()); });
    } else if (std::ranges::find(rawTypes, type) == rawTypes.end()) {
        return refuse(415,
                      "Send the mail as multipart/form-data with a part named file, or as a body of type "
                      "application/mbox, message/rfc822, application/json or application/octet-stream.");
    }
    return unlessFull([&]() -> std::optional<Response> {
        upload_ = std::make_unique<Upload>(directory_);
        upload_->fileName = fileName;
        upload_->contentType = type;
        return {};
    });
}

std::optional<Response> UploadReceiver::besides(std::uint64_t unreadBytes) {
    unread_ = unreadBytes;
    if (unread_ + place_.allOfUser() > limits_.uploadBytesOfUser) return overQuota(limits_.uploadBytesOfUser);
    return {};
}

std::optional<Response> UploadReceiver::take(std::string_view piece) {
    received_ += piece.size();
    if (received_ > mostBytes()) return tooLarge(mostBytes());
    if (!length_) {
        place_.grow(piece.size());
        if (auto refusal = besides(unread_)) return refusal;
    }
    if (received_ >= nextCheck_) {
        nextCheck_ = received_ + bytesBetweenChecks;
        if (!roomFor(bytesBetweenChecks)) return diskFull();
    }
    return unlessFull([&]() -> std::optional<Response> {
        if (!multipart_)
            upload_->write(piece.data(), piece.size());
        else if (!multipart_->feed(piece))
            return refuse(400, "The multipart/form-data body is not well-formed.");
        return {};
    });
}

std::optional<Response> UploadReceiver::finish(std::unique_ptr<Upload>& upload) {
    if (multipart_) {
        if (!multipart_->complete()) return refuse(400, "The multipart/form-data body ends before its last boundary.");
        if (!multipart_->foundFile()) {
            wire::Problem problem{
                {std::string("body"), std::string("file")}, "Send the file as a part named file.", "missing"};
            return refuse(wire::Problems{std::move(problem)});
        }
        if (!multipart_->fileName().empty()) upload_->fileName = multipart_->fileName();
        upload_->contentType = mediaType(multipart_->contentType());
    }
    if (upload_->size() == 0) return refuse(400, "The file is empty.");
    return unlessFull([&]() -> std::optional<Response> {
        upload_->finish();
        upload_->place = std::move(place_);
        upload = std::move(upload_);
        return {};
    });
}

}  // namespace nextjob::api
