#include "mail/ascii.hpp"
#include "mail/part.hpp"

#include <gmime/gmime.h>

#include <algorithm>

namespace nextjob::mail {
namespace {

constexpr auto npos = std::string_view::npos;

// Mailers label text quoted-printable that they never encoded. Encoded text has every '=' followed by two
// hexadecimal digits or a line end, and "=3D" for its own '='; text with bare '=' and no "=3D" is as it was.
bool isQuotedPrintable(std::string_view text) {
    std::size_t bare = 0;
    std::size_t escapes = 0;
    for (std::size_t at = text.find('='); at != npos; at = text.find('=', at + 1)) {
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

// Undoes quoted-printable; a '=' that begins no escape stays. GMime's decoder gives the same, a byte at a time.
std::string fromQuotedPrintable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (true) {
        const std::size_t mark = text.find('=');
        out.append(text.substr(0, mark));
        if (mark == npos) return out;
        text.remove_prefix(mark + 1);
        const int high = text.empty() ? -1 : hexValue(text[0]);
        const int low = text.size() < 2 ? -1 : hexValue(text[1]);
        if (high >= 0 && low >= 0) {
            out.push_back(static_cast<char>(high * 16 + low));
            text.remove_prefix(2);
            continue;
        }
        const std::size_t blank = std::min(text.find_first_not_of(" \t\r"), text.size());
        if (blank == text.size() || text[blank] == '\n') {
            text.remove_prefix(std::min(blank + 1, text.size()));  // a soft line break
        } else {
            out.push_back('=');
        }
    }
}

std::string fromGmimeEncoding(GMimeContentEncoding encoding, std::string_view text) {
    GMimeEncoding state;
    g_mime_encoding_init_decode(&state, encoding);
    std::string out;
    out.resize(g_mime_encoding_outlen(&state, text.size()));
    out.resize(g_mime_encoding_flush(&state, text.data(), text.size(), out.data()));
    return out;
}

// A "begin 644 name" line and what stands before it is not data.
std::string_view uuencodedData(std::string_view text) {
    std::size_t at = text.starts_with("begin ") ? 0 : text.find("\nbegin ");
    if (at == npos) return text;
    at = text.find('\n', at + 1);
    return at == npos ? std::string_view{} : text.substr(at + 1);
}

}  // namespace

std::string decodeContent(const Part& part, std::size_t limit, bool& mended) {
    std::string_view content = part.owned.empty() ? part.content : std::string_view(part.owned);
    // A byte of text takes three of quoted-printable at most, less of the others; soft line ends come on top.
    if (part.encoding != TransferEncoding::None) content = content.substr(0, std::min(content.size(), limit * 4));
    std::string out;
    switch (part.encoding) {
        case TransferEncoding::None: return std::string(content.substr(0, limit));
        case TransferEncoding::Base64: out = fromGmimeEncoding(GMIME_CONTENT_ENCODING_BASE64, content); break;
        case TransferEncoding::Uuencode:
            out = fromGmimeEncoding(GMIME_CONTENT_ENCODING_UUENCODE, uuencodedData(content));
            break;
        case TransferEncoding::QuotedPrintable:
            mended = !isQuotedPrintable(content);
            out = mended ? std::string(content) : fromQuotedPrintable(content);
    }
    if (out.size() > limit) out.resize(limit);
    return out;
}

}  // namespace nextjob::mail
