#include "app/workspace.hpp"

#include "app/environment.hpp"
#include "model/run_task.hpp"
#include "store/open.hpp"
#include "store/users.hpp"

#include <fmt/format.h>

namespace nextjob::app {

Result<Workspace> openWorkspace() {
    auto config = readConfig(processEnvironment());
    if (!config) return std::unexpected(config.error());
    if (auto directory = openDataDirectory(config->dataDirectory); !directory)
        return std::unexpected(directory.error());
    auto store = store::open(config->database.url);
    if (!store) return std::unexpected(store.error());
    return Workspace{std::move(*config), std::move(*store)};
}

Result<User> findUser(store::Store& store, const std::string& email) {
    auto user = runTask(store.users().findByEmail(email));
    if (!user && user.error().code == ErrorCode::NotFound)
        return failure(ErrorCode::NotFound,
                       fmt::format("there is no user {0}. Add them with: nextjob user add --email {0} "
                                   "--password-stdin",
                                   email));
    return user;
}

}  // namespace nextjob::app
