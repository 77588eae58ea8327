#include "ingest/gmail/gmail_cursor.hpp"

#include "text/timestamp.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace nextjob::ingest {

namespace json = boost::json;

namespace {

std::string_view textOf(const json::object& from, std::string_view name) {
    const json::value* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

void put(json::object& into, std::string_view name, const std::string& text) {
    if (!text.empty()) into[name] = text;
}

void put(json::object& into, std::string_view name, const std::optional<Timestamp>& time) {
    if (time) into[name] = text::timestamp(*time);
}

HistoryId historyIn(std::string_view digits) {
    HistoryId id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    return error == std::errc{} && end == digits.data() + digits.size() ? id : 0;
}

}  // namespace

std::string writeGmailCursor(const GmailCursor& cursor) {
    json::object out;
    out["history"] = std::to_string(cursor.history);
    put(out, "history_page", cursor.historyPage);
    if (!cursor.searches.empty()) out["searches"] = json::array(cursor.searches.begin(), cursor.searches.end());
    put(out, "list_page", cursor.listPage);
    put(out, "synced", cursor.synced);
    put(out, "watch_ends", cursor.watchEnds);
    put(out, "watch_topic", cursor.watchTopic);
    return json::serialize(out);
}

GmailCursor readGmailCursor(std::string_view written) {
    json::error_code error;
    const json::value value = json::parse(written, error);
    GmailCursor cursor;
    if (error || !value.is_object()) return cursor;
    const json::object& from = value.get_object();
    cursor.history = historyIn(textOf(from, "history"));
    if (cursor.history == 0) return cursor;
    cursor.historyPage = textOf(from, "history_page");
    if (const json::value* searches = from.if_contains("searches"); searches != nullptr && searches->is_array())
        for (const json::value& search : searches->get_array())
            if (search.is_string()) cursor.searches.emplace_back(search.get_string());
    if (!cursor.searches.empty()) cursor.listPage = textOf(from, "list_page");
    cursor.synced = text::parseTimestamp(textOf(from, "synced"));
    cursor.watchEnds = text::parseTimestamp(textOf(from, "watch_ends"));
    cursor.watchTopic = textOf(from, "watch_topic");
    return cursor;
}

}  // namespace nextjob::ingest
