#include "app/environment.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace nextjob::app {

Environment processEnvironment() {
    return {
        .get = [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            if (value == nullptr || *value == '\0') return std::nullopt;
            return value;
        },
        .names =
            [] {
                std::vector<std::string> names;
                for (char** entry = environ; *entry != nullptr; ++entry) {
                    const std::string_view pair(*entry);
                    names.emplace_back(pair.substr(0, pair.find('=')));
                }
                return names;
            },
    };
}

}  // namespace nextjob::app
