#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::app {

// Where configuration comes from: the process's environment, or a test's map.
struct Environment {
    std::function<std::optional<std::string>(const std::string& name)> get;
    std::function<std::vector<std::string>()> names;
};

// The variables that the process was started with. A variable that is set but empty counts as not set.
Environment processEnvironment();

}  // namespace nextjob::app
