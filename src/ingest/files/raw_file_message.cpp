#include "ingest/files/raw_file_message.hpp"

#include <boost/json.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace nextjob::ingest {

namespace json = boost::json;

namespace {

constexpr std::size_t headerBytes = 256U << 10;  // no header is longer; what is behind is body
constexpr std::size_t idBytes = 400;             // a longer id is nonsense, and the ledger's keys are bounded

struct Identity {
    std::string messageId, date, gmailId;
};

bool sameName(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// The value without white space inside: a folded header is the same as an unfolded one.
std::string squeezed(std::string_view value) {
    std::string result;
    for (const char c : trimmed(value).substr(0, idBytes))
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\0') result += c;
    return result;
}

void note(Identity& identity, std::string_view name, std::string_view value) {
    auto* field = sameName(name, "Message-ID") ? &identity.messageId
                  : sameName(name, "Date")     ? &identity.date
                                               : nullptr;
    if (field != nullptr && field->empty()) *field = squeezed(value);
}

Identity ofHeader(std::string_view bytes) {
    Identity identity;
    bytes = bytes.substr(0, headerBytes);
    while (!bytes.empty()) {
        // A line and those that continue it.
        auto end = bytes.find('\n');
        while (end != std::string_view::npos && end + 1 < bytes.size()
               && (bytes[end + 1] == ' ' || bytes[end + 1] == '\t'))
            end = bytes.find('\n', end + 1);
        const auto line = bytes.substr(0, end);
        bytes.remove_prefix(std::min(end == std::string_view::npos ? bytes.size() : end + 1, bytes.size()));
        if (trimmed(line).empty()) break;
        const auto colon = line.find(':');
        if (colon != std::string_view::npos) note(identity, trimmed(line.substr(0, colon)), line.substr(colon + 1));
    }
    return identity;
}

std::string_view textMember(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

Identity ofJson(std::string_view bytes) {
    Identity identity;
    json::error_code error;
    const auto document = json::parse(bytes, error);
    if (error || !document.is_object()) return identity;  // analysis says what is wrong with it
    identity.gmailId = squeezed(textMember(document.get_object(), "id"));
    const auto* payload = document.get_object().if_contains("payload");
    const auto* headers =
        payload != nullptr && payload->is_object() ? payload->get_object().if_contains("headers") : nullptr;
    if (headers == nullptr || !headers->is_array()) return identity;
    for (const auto& header : headers->get_array())
        if (header.is_object())
            note(identity, textMember(header.get_object(), "name"), textMember(header.get_object(), "value"));
    return identity;
}

std::string contentHash(std::string_view bytes) {
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                       nullptr, 0);
    std::array<char, 2 * hash.size() + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    return hex.data();
}

}  // namespace

RawMessage rawMessage(FileMessage message, UserId user, std::optional<ImportId> import) {
    const auto start = message.bytes.find_first_not_of(" \t\r\n");
    const bool isJson = start != std::string::npos && message.bytes[start] == '{';
    const auto identity = isJson ? ofJson(message.bytes) : ofHeader(message.bytes);
    RawMessage raw;
    raw.user = user;
    raw.source = "file";
    raw.import = import;
    raw.format = isJson ? MailFormat::GmailJson : MailFormat::Rfc822;
    raw.truncated = message.truncated;
    if (!identity.messageId.empty()) {
        raw.sourceId = identity.messageId;
        raw.key = "mail:" + identity.messageId + "|" + identity.date;
    } else if (identity.gmailId.empty()) {
        raw.sourceId = contentHash(message.bytes);
        raw.key = "hash:" + raw.sourceId;
    }
    if (!identity.gmailId.empty()) {
        raw.source = "gmail";
        raw.sourceId = identity.gmailId;
        if (raw.key.empty()) raw.key = "gmail:" + identity.gmailId;
    }
    raw.bytes = std::move(message.bytes);
    return raw;
}

}  // namespace nextjob::ingest
