#include "ingest/gmail/gmail_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace nextjob::ingest {

namespace json = boost::json;

namespace {

constexpr std::size_t maximumDepth = 160;  // of a message: each level of parts is two
constexpr std::size_t maximumIds = 10'000;
constexpr std::size_t maximumId = 64;
constexpr std::size_t maximumPageToken = 2048;
constexpr std::size_t maximumHeader = 1000;
constexpr std::size_t maximumLabels = 1000;
constexpr std::size_t maximumReason = 64;

bool isAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::optional<json::object> parsed(std::string_view text) {
    json::parse_options options;
    options.max_depth = maximumDepth;
    boost::system::error_code error;
    auto value = json::parse({text.data(), text.size()}, error, {}, options);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::string_view textOf(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

const json::object* objectOf(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

const json::array& arrayOf(const json::object& object, std::string_view name) {
    static const json::array none;
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

// Google writes 64-bit numbers in quotes.
std::optional<std::uint64_t> numberOf(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value != nullptr && value->is_int64() && value->get_int64() >= 0)
        return static_cast<std::uint64_t>(value->get_int64());
    const auto text = textOf(object, name);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

std::int64_t countOf(const json::object& object, std::string_view name) {
    constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int64_t>(std::min(numberOf(object, name).value_or(0), most));
}

// Milliseconds since 1970, within what a clock of ours can show.
std::optional<Timestamp> timeOf(const json::object& object, std::string_view name) {
    constexpr std::uint64_t most = 253'402'300'799'999;  // the end of the year 9999
    const auto number = numberOf(object, name);
    if (!number || *number > most) return std::nullopt;
    return Timestamp(std::chrono::milliseconds(*number));
}

// Adds the id of {"id": …}; false when there is none, or are too many.
bool addId(const json::value& value, std::vector<std::string>& ids) {
    if (!value.is_object() || ids.size() >= maximumIds) return false;
    const auto id = textOf(value.get_object(), "id");
    if (!isMessageId(id)) return false;
    ids.emplace_back(id);
    return true;
}

bool readPageToken(const json::object& object, std::string& into) {
    into = textOf(object, "nextPageToken");
    return into.size() <= maximumPageToken;
}

// A header's value by its name in any case.
std::string headerOf(const json::object& payload, std::string_view name) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    for (const auto& header : arrayOf(payload, "headers"))
        if (header.is_object() && std::ranges::equal(textOf(header.get_object(), "name"), name, {}, lower, lower))
            return std::string(textOf(header.get_object(), "value").substr(0, maximumHeader));
    return {};
}

}  // namespace

bool isMessageId(std::string_view id) {
    return !id.empty() && id.size() <= maximumId && std::ranges::all_of(id, isAlphanumeric);
}

std::optional<GmailProfile> readProfile(std::string_view text) {
    const auto object = parsed(text);
    if (!object) return std::nullopt;
    const auto history = numberOf(*object, "historyId");
    const auto email = textOf(*object, "emailAddress");
    if (!history || email.empty() || email.size() > maximumHeader) return std::nullopt;
    return GmailProfile{
        .email = std::string(email), .history = *history, .messages = countOf(*object, "messagesTotal")};
}

std::optional<GmailIds> readIds(std::string_view text) {
    const auto object = parsed(text);
    if (!object) return std::nullopt;
    GmailIds page{.ids = {}, .nextPage = {}, .estimate = countOf(*object, "resultSizeEstimate")};
    for (const auto& message : arrayOf(*object, "messages"))
        if (!addId(message, page.ids)) return std::nullopt;
    if (!readPageToken(*object, page.nextPage)) return std::nullopt;
    return page;
}

std::optional<GmailHistory> readHistory(std::string_view text) {
    const auto object = parsed(text);
    const auto history = object ? numberOf(*object, "historyId") : std::nullopt;
    if (!history) return std::nullopt;
    GmailHistory page{.added = {}, .nextPage = {}, .history = *history};
    for (const auto& record : arrayOf(*object, "history")) {
        if (!record.is_object()) return std::nullopt;
        for (const auto& added : arrayOf(record.get_object(), "messagesAdded")) {
            const auto* message = added.is_object() ? added.get_object().if_contains("message") : nullptr;
            if (message == nullptr || !addId(*message, page.added)) return std::nullopt;
        }
    }
    if (!readPageToken(*object, page.nextPage)) return std::nullopt;
    return page;
}

std::optional<GmailWatch> readWatch(std::string_view text) {
    const auto object = parsed(text);
    if (!object) return std::nullopt;
    const auto history = numberOf(*object, "historyId");
    const auto expires = timeOf(*object, "expiration");
    if (!history || !expires) return std::nullopt;
    return GmailWatch{.history = *history, .expires = *expires};
}

GmailResult<GmailMessage> readMessage(std::string text, std::string_view id) {
    const auto object = parsed(text);
    if (!object || textOf(*object, "id") != id)
        return gmailFailure(GmailFault::Temporary, "Gmail's reply is not the message that was asked for");
    const auto* payload = objectOf(*object, "payload");
    if (payload == nullptr) return gmailFailure(GmailFault::Permanent, "Gmail's message has no payload");
    GmailMessage message{.id = std::string(id),
                         .history = numberOf(*object, "historyId").value_or(0),
                         .received = timeOf(*object, "internalDate").value_or(Timestamp{}),
                         .sender = headerOf(*payload, "From"),
                         .subject = headerOf(*payload, "Subject"),
                         .labels = {},
                         .json = {}};
    for (const auto& label : arrayOf(*object, "labelIds"))
        if (label.is_string() && message.labels.size() < maximumLabels)
            message.labels.emplace_back(std::string_view(label.get_string()).substr(0, maximumHeader));
    message.json = std::move(text);
    return message;
}

std::string readReason(std::string_view text) {
    const auto object = parsed(text);
    const auto* error = object ? objectOf(*object, "error") : nullptr;
    if (error == nullptr) return {};
    std::string_view reason = textOf(*error, "status");
    const auto& errors = arrayOf(*error, "errors");
    if (!errors.empty() && errors.front().is_object()) {
        const auto first = textOf(errors.front().get_object(), "reason");
        if (!first.empty()) reason = first;
    }
    std::string clean;
    for (const char c : reason.substr(0, maximumReason))
        if (isAlphanumeric(c) || c == '_') clean += c;
    return clean;
}

}  // namespace nextjob::ingest
