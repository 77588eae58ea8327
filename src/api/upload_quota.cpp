#include "api/upload_quota.hpp"

#include <utility>

namespace nextjob::api {

UploadQuota::UploadQuota() : book_(std::make_shared<Place::Book>()) {}

UploadQuota::Place UploadQuota::place(UserId user, std::uint64_t bytes) {
    Place made(book_, user);
    made.grow(bytes);
    return made;
}

UploadQuota::Place& UploadQuota::Place::operator=(Place&& other) noexcept {
    giveBack();
    book_ = std::move(other.book_);
    user_ = other.user_;
    bytes_ = other.bytes_;
    return *this;
}

UploadQuota::Place::~Place() { giveBack(); }

void UploadQuota::Place::grow(std::uint64_t bytes) {
    const std::scoped_lock lock(book_->mutex);
    bytes_ += bytes;
    book_->sending[user_] += bytes;
}

std::uint64_t UploadQuota::Place::allOfUser() const {
    const std::scoped_lock lock(book_->mutex);
    const auto found = book_->sending.find(user_);
    return found == book_->sending.end() ? 0 : found->second;
}

void UploadQuota::Place::giveBack() {
    const auto book = std::exchange(book_, nullptr);
    if (!book) return;
    const std::scoped_lock lock(book->mutex);
    const auto found = book->sending.find(user_);
    if (found == book->sending.end()) return;
    found->second -= bytes_;
    if (found->second == 0) book->sending.erase(found);
}

}  // namespace nextjob::api
