#include "mail/ascii.hpp"
#include "mail/header_block.hpp"
#include "mail/headers.hpp"
#include "mail/message.hpp"
#include "mail/part.hpp"

#include <fmt/format.h>
#include <gmime/gmime.h>

#include <algorithm>
#include <memory>

namespace nextjob::mail {
namespace {

struct Unref {
    void operator()(auto* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

// Lets GMime read bytes that stay ours: no copy, and the content of a part is a range of them.
class ByteStream {
  public:
    explicit ByteStream(std::string_view bytes)
        : array_(g_byte_array_new_take(
            reinterpret_cast<guint8*>(const_cast<char*>(bytes.data())), bytes.size())),  // NOLINT: never written to
          stream_(g_mime_stream_mem_new_with_byte_array(array_)) {
        g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream_.get()), FALSE);
    }
    ~ByteStream() {
        stream_.reset();
        g_byte_array_free(array_, FALSE);  // the bytes are not glib's
    }
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;

    GMimeStream* get() { return stream_.get(); }

  private:
    GByteArray* array_;
    Owned<GMimeStream> stream_;
};

std::string text(const char* value) { return value == nullptr ? std::string{} : std::string(value); }

TransferEncoding encodingOf(GMimePart* part) {
    switch (g_mime_part_get_content_encoding(part)) {
        case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE: return TransferEncoding::QuotedPrintable;
        case GMIME_CONTENT_ENCODING_BASE64: return TransferEncoding::Base64;
        case GMIME_CONTENT_ENCODING_UUENCODE: return TransferEncoding::Uuencode;
        default: return TransferEncoding::None;
    }
}

// Copies GMime's tree into ours, content as views of the message's bytes.
class PartReader {
  public:
    PartReader(std::string_view bytes, const Limits& limits, Message& message)
        : bytes_(bytes), limits_(limits), message_(message) {}

    Part read(GMimeObject* object, std::size_t depth) {
        Part part;
        if (object == nullptr) return part;
        if (++parts_ > limits_.parts || depth > limits_.depth) {
            cut();
            return part;
        }
        part.type = typeOf(object);
        if (GMIME_IS_MULTIPART(object)) {
            readChildren(GMIME_MULTIPART(object), depth, part);
        } else if (GMIME_IS_MESSAGE_PART(object)) {
            GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
            if (inner != nullptr) part.children.push_back(read(g_mime_message_get_mime_part(inner), depth + 1));
        } else if (GMIME_IS_PART(object)) {
            readLeaf(GMIME_PART(object), part);
        }
        return part;
    }

  private:
    static std::string typeOf(GMimeObject* object) {
        GMimeContentType* type = g_mime_object_get_content_type(object);
        if (type == nullptr) return {};
        return toLower(fmt::format("{}/{}", text(g_mime_content_type_get_media_type(type)),
                                   text(g_mime_content_type_get_media_subtype(type))));
    }

    void cut() {
        if (message_.document->truncated) return;
        message_.document->truncated = true;
        message_.defects.push_back(fmt::format(
            "The message has more than {} parts, or parts nested deeper than {}; the first ones were read.",
            limits_.parts, limits_.depth));
    }

    void readChildren(GMimeMultipart* multipart, std::size_t depth, Part& part) {
        const int count = g_mime_multipart_get_count(multipart);
        for (int i = 0; i < count && parts_ <= limits_.parts; ++i) {
            part.children.push_back(read(g_mime_multipart_get_part(multipart, i), depth + 1));
        }
        if (count > 0) return;
        message_.defects.emplace_back("A multipart message has no parts; its bytes were read as text.");
        part.owned = text(g_mime_multipart_get_prologue(multipart));
        part.type = "text/plain";
    }

    void readLeaf(GMimePart* leaf, Part& part) const {
        GMimeObject* object = GMIME_OBJECT(leaf);
        const auto parameter = [object](const char* name) {
            return text(g_mime_object_get_content_type_parameter(object, name));
        };
        part.charset = parameter("charset");
        part.flowed = equalNoCase(parameter("format"), "flowed");
        part.deleteSpace = equalNoCase(parameter("delsp"), "yes");
        part.filename = text(g_mime_part_get_filename(leaf));
        GMimeContentDisposition* disposition = g_mime_object_get_content_disposition(object);
        part.attachment = disposition != nullptr && g_mime_content_disposition_is_attachment(disposition) != FALSE;
        part.encoding = encodingOf(leaf);
        part.content = contentOf(leaf);
    }

    std::string_view contentOf(GMimePart* leaf) const {
        GMimeDataWrapper* wrapper = g_mime_part_get_content(leaf);
        GMimeStream* stream = wrapper == nullptr ? nullptr : g_mime_data_wrapper_get_stream(wrapper);
        if (stream == nullptr) return {};
        const auto size = static_cast<gint64>(bytes_.size());
        const gint64 begin = std::clamp<gint64>(stream->bound_start, 0, size);
        const gint64 end = stream->bound_end < 0 ? size : std::clamp<gint64>(stream->bound_end, begin, size);
        return bytes_.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    }

    std::string_view bytes_;
    const Limits& limits_;
    Message& message_;
    std::size_t parts_ = 0;
};

void readHeaders(GMimeMessage* mime, Message& message) {
    GMimeHeaderList* list = g_mime_object_get_header_list(GMIME_OBJECT(mime));
    const int count = std::min(g_mime_header_list_get_count(list), 2000);
    for (int i = 0; i < count; ++i) {
        GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
        const char* value = g_mime_header_get_raw_value(header);
        if (value != nullptr) readHeader(g_mime_header_get_name(header), value, message);
    }
}

void readText(std::string_view bytes, const Limits& limits, Message& message) {
    Part part;
    part.content = bytes;
    buildDocument(part, limits, message);
}

void readMime(std::string_view bytes, const Limits& limits, Message& message) {
    ByteStream stream(bytes);
    const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    g_mime_parser_set_persist_stream(parser.get(), TRUE);
    const Owned<GMimeMessage> mime(g_mime_parser_construct_message(parser.get(), nullptr));
    if (mime == nullptr) {
        message.defects.emplace_back("The message can't be taken apart; its bytes were read as text.");
        return readText(bytes, limits, message);
    }
    readHeaders(mime.get(), message);
    const Part root = PartReader(bytes, limits, message).read(g_mime_message_get_mime_part(mime.get()), 0);
    buildDocument(root, limits, message);
}

}  // namespace

Result<Message> parseMessage(std::string_view bytes, const Limits& limits) {
    initMime();
    Message message;
    message.document = std::make_unique<Document>();
    if (bytes.size() > limits.messageBytes) {
        bytes = bytes.substr(0, limits.messageBytes);
        message.document->truncated = true;
        message.defects.push_back(
            fmt::format("The message is over the limit of {} bytes; its beginning was read.", limits.messageBytes));
    }
    HeaderBlock block = findHeaders(bytes);
    std::ranges::move(block.defects, std::back_inserter(message.defects));
    if (block.found) {
        readMime(block.message(), limits, message);
        return message;
    }
    message.defects.emplace_back("There are no headers; all of it was read as text.");
    readText(block.message(), limits, message);
    if (message.document->text.empty()) {
        return failure(ErrorCode::Invalid, "This is no mail message: it has no headers and no text.");
    }
    return message;
}

Result<Message> parseAny(std::string_view bytes, const Limits& limits) {
    const auto first = std::ranges::find_if_not(bytes, isSpace);
    return first != bytes.end() && *first == '{' ? parseGmailMessage(bytes, limits) : parseMessage(bytes, limits);
}

}  // namespace nextjob::mail
