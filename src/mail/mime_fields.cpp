#include "mail/mime_fields.hpp"

#include "mail/ascii.hpp"
#include "mail/charset.hpp"
#include "mail/glib.hpp"
#include "mail/text_writer.hpp"

#include <fmt/format.h>
#include <gmime/gmime.h>

#include <algorithm>

namespace nextjob::mail {
namespace {

constexpr std::size_t maxValue = 4U << 10;  // no honest parameter list is longer

std::string prepared(std::string_view value) {
    std::string text(value.substr(0, maxValue));
    std::ranges::replace_if(text, [](char c) { return c == '\0' || c == '\n' || c == '\r'; }, ' ');
    return text;
}

std::string text(const char* value) { return value == nullptr ? std::string{} : std::string(value); }

std::string fileName(const char* value) {
    return value == nullptr ? std::string{} : cleanLine(toUtf8(value, {}).text, 255);
}

}  // namespace

std::string readContentType(std::string_view value, Part& part) {
    const Owned<GMimeContentType> type(g_mime_content_type_parse(nullptr, prepared(value).c_str()));
    if (type == nullptr) return {};
    const auto parameter = [&](const char* name) { return text(g_mime_content_type_get_parameter(type.get(), name)); };
    part.type = toLower(fmt::format("{}/{}", text(g_mime_content_type_get_media_type(type.get())),
                                    text(g_mime_content_type_get_media_subtype(type.get()))));
    part.charset = parameter("charset");
    part.flowed = equalNoCase(parameter("format"), "flowed");
    part.deleteSpace = equalNoCase(parameter("delsp"), "yes");
    if (part.filename.empty()) part.filename = fileName(g_mime_content_type_get_parameter(type.get(), "name"));
    return parameter("boundary");
}

void readDisposition(std::string_view value, Part& part) {
    const Owned<GMimeContentDisposition> disposition(
        g_mime_content_disposition_parse(nullptr, prepared(value).c_str()));
    if (disposition == nullptr) return;
    part.attachment = g_mime_content_disposition_is_attachment(disposition.get()) != FALSE;
    const auto name = fileName(g_mime_content_disposition_get_parameter(disposition.get(), "filename"));
    if (!name.empty()) part.filename = name;
}

void readTransferEncoding(std::string_view value, Part& part) {
    std::string name(trim(value.substr(0, 64)));
    std::erase(name, '"');
    switch (g_mime_content_encoding_from_string(name.c_str())) {
        case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE: part.encoding = TransferEncoding::QuotedPrintable; break;
        case GMIME_CONTENT_ENCODING_BASE64: part.encoding = TransferEncoding::Base64; break;
        case GMIME_CONTENT_ENCODING_UUENCODE: part.encoding = TransferEncoding::Uuencode; break;
        default: part.encoding = TransferEncoding::None;
    }
}

}  // namespace nextjob::mail
