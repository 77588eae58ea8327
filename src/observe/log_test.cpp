#include "observe/log.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

namespace nextjob::observe {
namespace {

TEST(Log, WritesOneJsonObjectALine) {
    std::ostringstream out;
    const auto logger = jsonLog(std::make_shared<spdlog::sinks::ostream_sink_st>(out));
    const std::string reason = "quote \" and\nline {}";
    log(*logger, Level::Warning, "import_failed",
        {{"import", std::int64_t{7}}, {"reason", std::string_view(reason)}, {"again", true}, {"seconds", 0.5}});
    const auto text = out.str();
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    const auto line = boost::json::parse(text);
    EXPECT_EQ(line.at("level"), "warning");
    EXPECT_EQ(line.at("event"), "import_failed");
    EXPECT_EQ(line.at("import"), 7);
    EXPECT_EQ(line.at("reason").as_string(), reason);
    EXPECT_EQ(line.at("again"), true);
    EXPECT_TRUE(line.at("time").as_string().ends_with("Z"));
}

TEST(Log, CanBeSilent) {
    const auto logger = silentLog();
    EXPECT_NO_THROW(log(*logger, Level::Error, "anything"));
}

}  // namespace
}  // namespace nextjob::observe
