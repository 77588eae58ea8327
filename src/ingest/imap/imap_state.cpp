#include "ingest/imap/imap_state.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace nextjob::ingest {

namespace json = boost::json;

namespace {

std::optional<json::object> objectOf(std::string_view text) {
    json::error_code error;
    auto value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::uint32_t numberOf(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64()) return 0;
    const auto number = value->get_int64();
    return number > 0 && number <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(number) : 0;
}

std::string escaped(std::string_view folder) {
    std::string out;
    for (const char c : folder) {
        if (c == '%' || c == '/' || static_cast<unsigned char>(c) < ' ')
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out;
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        const auto digit = [&](std::size_t where) {
            constexpr std::string_view digits = "0123456789ABCDEF";
            return where < text.size() ? digits.find(text[where]) : std::string_view::npos;
        };
        const auto high = digit(at + 1), low = digit(at + 2);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return out;
}

}  // namespace

std::string writeImapSettings(const ImapSettings& settings) {
    return json::serialize(json::object{{"folders", json::array(settings.folders.begin(), settings.folders.end())},
                                        {"days", settings.days}});
}

ImapSettings readImapSettings(std::string_view text) {
    ImapSettings settings;
    const auto object = objectOf(text);
    if (!object) return settings;
    if (const auto days = numberOf(*object, "days"); days > 0)
        settings.days = static_cast<int>(std::min<std::uint32_t>(days, ImapSettings::mostDays));
    const auto* folders = object->if_contains("folders");
    if (folders == nullptr || !folders->is_array() || folders->get_array().empty()) return settings;
    settings.folders.clear();
    for (const auto& folder : folders->get_array())
        if (folder.is_string() && folder.get_string().size() <= ImapSettings::longestFolder
            && settings.folders.size() < ImapSettings::mostFolders)
            settings.folders.emplace_back(folder.get_string());
    return settings;
}

std::string writeImapCursor(const ImapCursor& cursor) {
    json::object object;
    for (const auto& [folder, at] : cursor)
        object[folder] = json::object{{"uidvalidity", at.uidValidity}, {"uid", at.uid}};
    return json::serialize(object);
}

ImapCursor readImapCursor(std::string_view text) {
    ImapCursor cursor;
    const auto object = objectOf(text);
    if (!object) return cursor;
    for (const auto& [folder, value] : *object) {
        if (!value.is_object()) continue;
        const ImapFolderCursor at{.uidValidity = numberOf(value.get_object(), "uidvalidity"),
                                  .uid = numberOf(value.get_object(), "uid")};
        if (at.uidValidity != 0) cursor.emplace(folder, at);
    }
    return cursor;
}

std::string writeImapMailId(const ImapMailId& id) {
    return fmt::format("{}/{}/{}", escaped(id.folder), id.uidValidity, id.uid);
}

std::optional<ImapMailId> readImapMailId(std::string_view text) {
    const auto second = text.rfind('/');
    if (second == std::string_view::npos || second == 0) return std::nullopt;
    const auto first = text.rfind('/', second - 1);
    if (first == std::string_view::npos || first == 0) return std::nullopt;
    auto folder = unescaped(text.substr(0, first));
    const auto validity = net::numberOf(text.substr(first + 1, second - first - 1));
    const auto uid = net::numberOf(text.substr(second + 1));
    if (!folder || !validity || !uid) return std::nullopt;
    return ImapMailId{.folder = std::move(*folder), .uidValidity = *validity, .uid = *uid};
}

}  // namespace nextjob::ingest
