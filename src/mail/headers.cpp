#include "mail/headers.hpp"

#include "mail/ascii.hpp"
#include "mail/charset.hpp"
#include "mail/glib.hpp"
#include "mail/text_writer.hpp"
#include "mail/utf8.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <string>

namespace nextjob::mail {
namespace {

constexpr std::size_t maxHeader = 16U << 10;  // bytes that are read of one header

using GlibString = std::unique_ptr<char, FreeWith<g_free>>;
using AddressList = Owned<InternetAddressList>;
using DateTime = std::unique_ptr<GDateTime, FreeWith<g_date_time_unref>>;

// One line of UTF-8; mailers put raw 8-bit text into headers.
std::string readable(std::string_view value) {
    std::string bytes(value.substr(0, maxHeader));
    std::ranges::replace_if(bytes, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    std::erase(bytes, '\0');
    return toUtf8(std::move(bytes), {}).text;
}

// Base64 words without their padding lose their last letters in GMime; gives it back to them.
void padEncodedWords(std::string& text) {
    for (auto at = findNoCase(text, "?B?"); at != std::string::npos; at = findNoCase(text, "?B?", at)) {
        at += 3;
        const auto end = text.find('?', at);
        if (end == std::string::npos || end + 1 >= text.size() || text[end + 1] != '=') continue;
        if (const auto extra = (end - at) % 4; extra > 1) text.insert(end, 4 - extra, '=');
    }
}

// Encoded words decoded, on one line.
std::string decodeText(std::string_view value) {
    std::string raw = readable(value);
    padEncodedWords(raw);
    const GlibString decoded(g_mime_utils_header_decode_text(nullptr, raw.c_str()));
    return cleanLine(toUtf8(decoded.get(), {}).text);
}

std::optional<Mailbox> firstMailbox(InternetAddressList* list) {
    for (int i = 0; i < internet_address_list_length(list); ++i) {
        InternetAddress* address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(address)) {
            auto* members = internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address));
            if (auto member = members == nullptr ? std::nullopt : firstMailbox(members)) return member;
            continue;
        }
        const char* name = internet_address_get_name(address);
        const char* spec = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
        Mailbox mailbox;
        if (name != nullptr) mailbox.name = decodeText(name);
        if (spec != nullptr) mailbox.address = toLower(cleanLine(readable(spec)));
        if (!mailbox.name.empty() || !mailbox.address.empty()) return mailbox;
    }
    return std::nullopt;
}

// What can be had from an address line that is none: the address in angle brackets or the word with an '@'.
Mailbox salvageMailbox(std::string_view value) {
    const std::string text = decodeText(value);
    const auto sign = text.find('@');
    if (sign == std::string::npos) return {text, {}};
    const auto begin = text.find_last_of(" <\"',;:(", sign);
    const auto end = text.find_first_of(" >\"',;)", sign);
    const auto from = begin == std::string::npos ? 0 : begin + 1;
    Mailbox mailbox;
    mailbox.address = toLower(text.substr(from, end - from));
    mailbox.name = cleanLine(trim(std::string_view(text).substr(0, begin == std::string::npos ? 0 : begin)));
    return mailbox;
}

std::optional<Mailbox> decodeMailbox(std::string_view value) {
    const std::string raw = readable(value);
    if (trim(raw).empty()) return std::nullopt;
    const AddressList list(internet_address_list_parse(nullptr, raw.c_str()));
    if (list != nullptr) {
        if (auto mailbox = firstMailbox(list.get()); mailbox && mailbox->address.find('@') != std::string::npos) {
            return mailbox;
        }
    }
    return salvageMailbox(value);
}

std::optional<std::chrono::sys_seconds> decodeDate(std::string_view value) {
    const std::string raw = readable(value);
    const DateTime date(g_mime_utils_header_decode_date(raw.c_str()));
    if (date == nullptr) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(g_date_time_to_unix(date.get())));
}

std::string bareId(std::string_view value) {
    std::string id = cleanLine(readable(value), 998);
    std::erase_if(id, [](char c) { return c == '<' || c == '>' || c == ' '; });
    return id;
}

bool isBulkPrecedence(std::string_view value) {
    value = trim(value);
    return equalNoCase(value, "bulk") || equalNoCase(value, "list") || equalNoCase(value, "junk");
}

}  // namespace

void initMime() {
    // A local static: the standard makes it once, whichever thread comes first.
    static const bool ready = [] {
        g_mime_init();
        return true;
    }();
    static_cast<void>(ready);
}

void readHeader(std::string_view name, std::string_view value, Message& message) {
    const auto is = [name](std::string_view wanted) { return equalNoCase(name, wanted); };
    if (is("From")) {
        if (!message.from) message.from = decodeMailbox(value);
    } else if (is("Sender")) {
        if (!message.sender) message.sender = decodeMailbox(value);
    } else if (is("Reply-To")) {
        if (!message.replyTo) message.replyTo = decodeMailbox(value);
    } else if (is("To")) {
        if (message.to.empty()) message.to = decodeText(value);
    } else if (is("Subject")) {
        if (message.subject.empty()) message.subject = decodeText(value);
    } else if (is("Date")) {
        if (!message.date) message.date = decodeDate(value);
    } else if (is("Message-ID")) {
        if (message.id.empty()) message.id = bareId(value);
    } else if (is("In-Reply-To") || is("References")) {
        message.reply = message.reply || !trim(value).empty();
    } else if (is("List-Unsubscribe") || is("List-Id") || (is("Precedence") && isBulkPrecedence(value))) {
        message.bulk = true;
    }
}

}  // namespace nextjob::mail
