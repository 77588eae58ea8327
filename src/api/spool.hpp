#pragma once

#include "api/upload_quota.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>

namespace nextjob::store {
class Imports;
}

namespace nextjob::api {

// Where uploads arrive, and what they are held against. Shared by all threads.
struct Spool {
    std::filesystem::path directory;
    boost::asio::any_io_executor disk;  // threads that may block
    store::Imports& imports;            // knows what of a user's files is not read yet
    UploadQuota quota{};
};

}  // namespace nextjob::api
