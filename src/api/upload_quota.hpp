#pragma once

#include "model/user.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace nextjob::api {

// What each user is sending right now, in bytes: with what waits to be read of their earlier uploads it is held against
// the quota. Shared by all threads.
class UploadQuota {
  public:
    // The room that one upload takes, until it is destroyed. Used by one thread at a time; may outlive the quota.
    class Place {
      public:
        Place() = default;
        Place(Place&&) = default;
        Place& operator=(Place&& other) noexcept;
        ~Place();

        void grow(std::uint64_t bytes);
        // Of all uploads of this user, with this one.
        std::uint64_t allOfUser() const;

      private:
        friend class UploadQuota;
        struct Book;
        Place(std::shared_ptr<Book> book, UserId user) : book_(std::move(book)), user_(user) {}
        void giveBack();

        std::shared_ptr<Book> book_;
        UserId user_ = 0;
        std::uint64_t bytes_ = 0;
    };

    UploadQuota();

    // Of this many bytes, so far as is known.
    Place place(UserId user, std::uint64_t bytes);

  private:
    std::shared_ptr<Place::Book> book_;
};

struct UploadQuota::Place::Book {
    std::mutex mutex;
    std::unordered_map<UserId, std::uint64_t> sending;  // guarded by mutex
};

}  // namespace nextjob::api
