#include "observe/log.hpp"

#include <boost/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace nextjob::observe {

namespace {

spdlog::level::level_enum levelOf(Level level) {
    switch (level) {
        case Level::Debug: return spdlog::level::debug;
        case Level::Info: return spdlog::level::info;
        case Level::Warning: return spdlog::level::warn;
        case Level::Error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

// An event's members without the brace that opens them: the pattern has opened the object with time and level.
class Members : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& into) override {
        if (message.payload.size() > 1) into.append(message.payload.begin() + 1, message.payload.end());
    }
    std::unique_ptr<spdlog::custom_flag_formatter> clone() const override { return std::make_unique<Members>(); }
};

}  // namespace

std::shared_ptr<spdlog::logger> jsonLog(std::shared_ptr<spdlog::sinks::sink> sink) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<Members>('*').set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%*)");
    auto logger = std::make_shared<spdlog::logger>("nextjob", std::move(sink));
    logger->set_formatter(std::move(formatter));
    logger->flush_on(spdlog::level::info);
    return logger;
}

std::shared_ptr<spdlog::logger> jsonLog() { return jsonLog(std::make_shared<spdlog::sinks::stderr_sink_mt>()); }

std::shared_ptr<spdlog::logger> silentLog() {
    return std::make_shared<spdlog::logger>("nextjob", std::make_shared<spdlog::sinks::null_sink_mt>());
}

void log(spdlog::logger& logger, Level level, std::string_view event, Fields fields) {
    const auto spdLevel = levelOf(level);
    if (!logger.should_log(spdLevel)) return;
    boost::json::object line{{"event", event}};
    for (const auto& [name, value] : fields) std::visit([&, key = name](auto plain) { line[key] = plain; }, value);
    logger.log(spdLevel, "{}", boost::json::serialize(line));
}

}  // namespace nextjob::observe
