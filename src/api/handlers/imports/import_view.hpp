#pragma once

#include "model/import.hpp"
#include "wire/write.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// An import as its user sees it. The counts are of messages unless they say offers.
struct ImportView {
    ImportId id = 0;
    std::string_view state;
    std::optional<std::string_view> error;
    std::string_view fileName;
    std::int64_t bytes = 0;
    std::int64_t bytesRead = 0;
    double progress = 0;  // 0 to 1
    std::int64_t seen = 0;
    std::int64_t duplicates = 0;
    std::int64_t pending = 0;
    std::int64_t done = 0;
    std::int64_t skipped = 0;
    std::int64_t dead = 0;
    std::int64_t offersNew = 0;
    std::int64_t offersUpdated = 0;
    std::string createdAt;
    std::optional<std::string> finishedAt;
    std::string statusUrl;
};
BOOST_DESCRIBE_STRUCT(ImportView, (),
                      (id, state, error, fileName, bytes, bytesRead, progress, seen, duplicates, pending, done, skipped,
                       dead, offersNew, offersUpdated, createdAt, finishedAt, statusUrl))

// Views into the import, which outlives it.
ImportView view(const Import& import);

}  // namespace nextjob::api
