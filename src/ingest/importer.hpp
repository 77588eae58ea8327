#pragma once

#include "model/error.hpp"
#include "model/import.hpp"
#include "model/task.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace nextjob::ingest {

// A file of mail that has arrived whole.
struct ReceivedFile {
    UserId user = 0;
    std::filesystem::path path;  // in the spool directory; durable on disk
    std::string fileName;        // as the user calls it, "" when unknown; to show, never to open
    std::uint64_t bytes = 0;
};

// Takes files of mail into the pipeline: the door between the API and ingestion. Shared by all threads.
class Importer {
  public:
    virtual ~Importer() = default;

    // Commits the import to the store and begins to read it in the background; resumes after the commit. From then on
    // the file is the importer's, which removes it when it has been read; after an error it is still the caller's.
    virtual Task<Result<Import>> accept(ReceivedFile file) = 0;
};

}  // namespace nextjob::ingest
