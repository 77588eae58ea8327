#include "mail/ascii.hpp"
#include "mail/part.hpp"

#include <gmime/gmime.h>

#include <algorithm>

namespace nextjob::mail {
namespace {

// Mailers label text quoted-printable that they never encoded. Encoded text has every '=' followed by two
// hexadecimal digits or a line end, and "=3D" for its own '='; text with bare '=' and no "=3D" is as it was.
bool isQuotedPrintable(std::string_view text) {
    std::size_t bare = 0;
    std::size_t escapes = 0;
    for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
        if (at + 2 >= text.size()) break;
        const char first = text[at + 1];
        const char second = text[at + 2];
        if (first == '3' && lower(second) == 'd') return true;
        if (isSpace(first)) continue;
        if (hexValue(first) >= 0 && hexValue(second) >= 0) {
            ++escapes;
        } else {
            ++bare;
        }
    }
    return bare <= escapes;
}

GMimeContentEncoding gmimeEncoding(TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::QuotedPrintable: return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
        case TransferEncoding::Base64: return GMIME_CONTENT_ENCODING_BASE64;
        case TransferEncoding::Uuencode: return GMIME_CONTENT_ENCODING_UUENCODE;
        case TransferEncoding::None: break;
    }
    return GMIME_CONTENT_ENCODING_DEFAULT;
}

// A "begin 644 name" line and what stands before it is not data.
std::string_view uuencodedData(std::string_view text) {
    std::size_t at = text.starts_with("begin ") ? 0 : text.find("\nbegin ");
    if (at == std::string_view::npos) return text;
    at = text.find('\n', at + 1);
    return at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
}

}  // namespace

std::string decodeContent(const Part& part, std::size_t limit, bool& mended) {
    std::string_view content = part.owned.empty() ? part.content : std::string_view(part.owned);
    auto encoding = part.encoding;
    if (encoding == TransferEncoding::QuotedPrintable && !isQuotedPrintable(content)) {
        encoding = TransferEncoding::None;
        mended = true;
    }
    if (encoding == TransferEncoding::None) return std::string(content.substr(0, limit));
    if (encoding == TransferEncoding::Uuencode) content = uuencodedData(content);
    // A byte of text takes three of quoted-printable at most, less of the others; soft line ends come on top.
    content = content.substr(0, std::min(content.size(), limit * 4));

    GMimeEncoding state;
    g_mime_encoding_init_decode(&state, gmimeEncoding(encoding));
    std::string out;
    out.resize(g_mime_encoding_outlen(&state, content.size()));
    const std::size_t size = g_mime_encoding_flush(&state, content.data(), content.size(), out.data());
    out.resize(std::min(size, limit));
    return out;
}

}  // namespace nextjob::mail
