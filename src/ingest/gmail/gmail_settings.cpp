#include "ingest/gmail/gmail_settings.hpp"

#include "model/embedded.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace nextjob::ingest {

namespace json = boost::json;

namespace {

// Any of the lines of the data file, as Gmail's search has it.
std::string usualQuery() {
    std::string query = "{";
    std::string_view file = embedded("ingest/gmail/data/search.txt");
    while (!file.empty()) {
        const auto end = file.find('\n');
        const auto line = file.substr(0, end);
        file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
        if (line.empty() || line.front() == '#') continue;
        if (query.size() > 1) query += ' ';
        query += line;
    }
    return query + '}';
}

Result<void> readDays(const json::value& value, GmailSettings& into) {
    if (!value.is_int64() || value.get_int64() < 1 || value.get_int64() > GmailSettings::mostDays)
        return failure(ErrorCode::Invalid,
                       fmt::format("days must be a whole number from 1 to {}.", GmailSettings::mostDays));
    into.days = static_cast<int>(value.get_int64());
    return {};
}

Result<void> readQuery(const json::value& value, GmailSettings& into) {
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (!value.is_string() || value.get_string().size() > GmailSettings::mostQuery
        || std::ranges::any_of(value.get_string(), isControl))
        return failure(ErrorCode::Invalid,
                       fmt::format("query must be a line of at most {} bytes, as Gmail's search takes it.",
                                   GmailSettings::mostQuery));
    into.query = value.get_string();
    return {};
}

}  // namespace

std::string searchForAll(Timestamp since) {
    return fmt::format("after:{}", std::chrono::floor<std::chrono::seconds>(since).time_since_epoch().count());
}

std::string GmailSettings::search(Timestamp since) const {
    static const std::string usual = usualQuery();
    return fmt::format("{} {}", query.empty() ? usual : query, searchForAll(since));
}

Result<GmailSettings> readGmailSettings(std::string_view text) {
    GmailSettings settings;
    json::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return failure(ErrorCode::Invalid, "The settings must be an object of JSON.");
    for (const auto& [name, member] : value.get_object()) {
        Result<void> read = name == "days"    ? readDays(member, settings)
                            : name == "query" ? readQuery(member, settings)
                                              : failure(ErrorCode::Invalid, "The settings are days and query.");
        if (!read) return std::unexpected(std::move(read.error()));
    }
    return settings;
}

}  // namespace nextjob::ingest
