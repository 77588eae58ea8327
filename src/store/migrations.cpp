#include "store/migrations.hpp"

#include "model/embedded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace nextjob::store {

std::vector<Migration> shippedMigrations(std::string_view engine) {
    const std::string folder = fmt::format("store/migrations/{}/", engine);
    std::vector<Migration> found;
    for (const EmbeddedFile& file : embeddedFiles()) {
        if (!file.path.starts_with(folder)) continue;
        std::string_view name = file.path.substr(folder.size());
        name.remove_suffix(std::string_view(".sql").size());
        int version = 0;
        std::from_chars(name.data(), name.data() + name.size(), version);
        found.push_back({version, name, file.content()});
    }
    std::ranges::sort(found, {}, &Migration::version);
    for (std::size_t place = 0; place < found.size(); ++place) {
        // Two of one number would leave databases with only one of them.
        if (found[place].version != static_cast<int>(place) + 1)
            throw std::logic_error(fmt::format("the migration {} is out of line", found[place].name));
    }
    return found;
}

Result<void> checkVersion(int current, const std::vector<Migration>& migrations, bool apply) {
    const int latest = migrations.empty() ? 0 : migrations.back().version;
    if (current > latest) {
        return failure(ErrorCode::Conflict,
                       fmt::format("The database has schema {}, this program knows only up to {}: a newer nextjob "
                                   "has used it. Install that version or restore an older backup.",
                                   current, latest));
    }
    if (current < latest && !apply) {
        return failure(ErrorCode::Conflict, fmt::format("The database has schema {}, this program needs {}. Run "
                                                        "`nextjob migrate`.",
                                                        current, latest));
    }
    return {};
}

}  // namespace nextjob::store
