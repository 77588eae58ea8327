#pragma once

#include "model/error.hpp"
#include "model/import.hpp"
#include "model/page.hpp"
#include "model/task.hpp"

#include <string>
#include <vector>

namespace nextjob::store {

// Files of mail that users gave. Counts and the step from Analysing to Done are kept by the store itself, in
// the transactions that accept and complete the import's messages.
class Imports {
  public:
    virtual ~Imports() = default;

    virtual Task<Result<Import>> create(NewImport import) = 0;
    virtual Task<Result<Import>> find(UserId user, ImportId id) = 0;             // NotFound
    virtual Task<Result<Page<Import>>> list(UserId user, PageRequest page) = 0;  // newest first
    // Receiving → Reading: the file is complete, of this size. Conflict in any other state.
    virtual Task<Result<void>> received(ImportId id, std::uint64_t bytes) = 0;
    // All messages are in the queue: Analysing, or Done when none is pending. `progress` is the final tally.
    virtual Task<Result<Import>> readingFinished(ImportProgress progress) = 0;
    virtual Task<Result<void>> fail(ImportId id, std::string error) = 0;
    // How much of the user's files is kept until it has been read: those that are Receiving or Reading.
    virtual Task<Result<std::uint64_t>> unreadBytes(UserId user) = 0;
    // Imports of all users that are Receiving, Reading or Analysing: what to go on with at start, oldest
    // first.
    virtual Task<Result<std::vector<Import>>> unfinished() = 0;
};

}  // namespace nextjob::store
