#pragma once

#include <spdlog/fwd.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace spdlog::sinks {
class sink;
}

namespace nextjob::observe {

// Logs are for operators: ids, counts, durations and reasons. Never mail text, addresses, passwords or tokens.
using Value = std::variant<std::int64_t, double, bool, std::string_view>;
using Fields = std::initializer_list<std::pair<std::string_view, Value>>;

enum class Level : std::uint8_t { Debug, Info, Warning, Error };

// Takes events that are JSON objects and writes each as a line with its time and level in front:
// {"time":"2026-03-02T08:00:00.000Z","level":"info","event":…}. Standard error, for `serve`; or the given sink.
std::shared_ptr<spdlog::logger> jsonLog();
std::shared_ptr<spdlog::logger> jsonLog(std::shared_ptr<spdlog::sinks::sink> sink);

// Says nothing. For commands, which talk to a person instead.
std::shared_ptr<spdlog::logger> silentLog();

// One event {"event":…,FIELDS}; its name has underscores ("import_finished").
void log(spdlog::logger& logger, Level level, std::string_view event, Fields fields = {});

}  // namespace nextjob::observe
