#include "api/handlers/users/erase_user.hpp"

#include "api/reply.hpp"
#include "api/services.hpp"
#include "auth/google/google.hpp"
#include "store/imports.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

#include <filesystem>
#include <vector>

namespace nextjob::api {

namespace {

// Files of the user that wait in the spool. A file that a command imports lies elsewhere, and is the user's own.
Task<Result<std::vector<std::filesystem::path>>> spooledFiles(Services* services, UserId user) {
    std::vector<std::filesystem::path> files;
    PageRequest place{.limit = 1000, .offset = 0, .cursor = {}};
    do {
        const auto page = co_await services->store.imports().list(user, place);
        if (!page) co_return std::unexpected(page.error());
        for (const Import& import : page->items) {
            std::filesystem::path file = import.spoolPath;
            const bool ended = import.state == ImportState::Done || import.state == ImportState::Failed;
            if (!ended && file.parent_path() == services->spool.directory) files.push_back(std::move(file));
        }
        place.cursor = page->next;
    } while (!place.cursor.empty());
    co_return files;
}

}  // namespace

Task<Response> eraseUser(Services* services, UserId user) {
    const auto files = co_await spooledFiles(services, user);
    if (!files) co_return refuse(files.error());
    // As far as Google can be told; the tokens go in any case.
    if (services->google != nullptr) (void)co_await services->google->connections.disconnect(user);
    const auto erased = co_await services->store.users().erase(user);
    services->accounts.forget(user);
    if (!erased) co_return refuse(erased.error());
    std::error_code gone;  // the importer may have been faster
    for (const auto& file : *files) std::filesystem::remove(file, gone);
    co_return noContent();
}

}  // namespace nextjob::api
