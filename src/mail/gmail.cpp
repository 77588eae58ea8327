#include "mail/ascii.hpp"
#include "mail/headers.hpp"
#include "mail/html/entities.hpp"
#include "mail/message.hpp"
#include "mail/mime_fields.hpp"
#include "mail/part.hpp"
#include "mail/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <memory>
#include <optional>

namespace nextjob::mail {
namespace {

namespace json = boost::json;

constexpr std::size_t maxHeaders = 2000;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

// Both alphabets, with or without padding. Nothing when something else stands in it.
std::optional<std::string> decodeBase64Url(std::string_view text) {
    static constexpr auto values = [] {
        std::array<int, 256> table{};
        table.fill(-1);
        constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for (std::size_t i = 0; i < digits.size(); ++i)
            table[static_cast<unsigned char>(digits[i])] = static_cast<int>(i);
        table['-'] = table['+'] = 62;
        table['_'] = table['/'] = 63;
        return table;
    }();
    std::string out;
    out.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=' || isSpace(c)) continue;
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<char>((bits >> count) & 0xFFU));
        }
    }
    return out;
}

// Reads the message resource; a failure is kept and names the field.
class GmailReader {
  public:
    GmailReader(const Limits& limits, Message& message) : limits_(limits), message_(message) {}

    Result<> read(const json::object& resource) {
        if (const auto* raw = resource.if_contains("raw"); raw != nullptr && raw->is_string())
            return readRaw(view(raw->get_string()));
        const auto* payload = resource.if_contains("payload");
        if (payload == nullptr || payload->is_null()) return readSnippet(resource);
        Part root;
        readPart(*payload, "payload", 0, root);
        if (error_) return std::unexpected(*error_);
        buildDocument(root, limits_, message_);
        return {};
    }

  private:
    void fail(std::string_view path, std::string_view problem) {
        if (!error_) error_ = Error{ErrorCode::Invalid, fmt::format("This is no Gmail message: {} {}.", path, problem)};
    }

    Result<> readRaw(std::string_view raw) {
        const auto bytes = decodeBase64Url(raw);
        if (!bytes) return failure(ErrorCode::Invalid, "This is no Gmail message: raw is not base64url.");
        auto parsed = parseMessage(*bytes, limits_);
        if (!parsed) return std::unexpected(parsed.error());
        message_ = std::move(*parsed);
        return {};
    }

    Result<> readSnippet(const json::object& resource) {
        const auto* snippet = resource.if_contains("snippet");
        if (snippet == nullptr || !snippet->is_string() || snippet->get_string().empty()) {
            return failure(ErrorCode::Invalid,
                           "This is no Gmail message: it has neither payload nor raw. Fetch it with format=full.");
        }
        message_.defects.emplace_back("The message has no payload; only Gmail's snippet of it was read.");
        Part text;
        html::appendResolved(text.owned, view(snippet->get_string()), false);
        buildDocument(text, limits_, message_);
        return {};
    }

    // A member of the wanted kind; nothing when it is missing or null; a failure when it is something else.
    template <json::kind Kind>
    const json::value* member(const json::object& object, std::string_view name, std::string_view path) {
        const auto* value = object.if_contains({name.data(), name.size()});
        if (value == nullptr || value->is_null()) return nullptr;
        if (value->kind() == Kind) return value;
        constexpr std::string_view wanted = Kind == json::kind::object  ? "is not an object"
                                            : Kind == json::kind::array ? "is not a list"
                                                                        : "is not a string";
        fail(fmt::format("{}.{}", path, name), wanted);
        return nullptr;
    }

    std::string_view string(const json::object& object, std::string_view name, std::string_view path) {
        const auto* value = member<json::kind::string>(object, name, path);
        return value == nullptr ? std::string_view{} : view(value->get_string());
    }

    void readPart(const json::value& value, const std::string& path, std::size_t depth, Part& part) {
        if (!value.is_object()) return fail(path, "is not an object");
        if (++parts_ > limits_.parts || depth > limits_.depth) {
            message_.document->truncated = true;
            return;
        }
        const auto& object = value.get_object();
        part.type = toLower(string(object, "mimeType", path));
        part.filename = string(object, "filename", path);
        readHeaders(object, path, depth == 0, part);
        if (const auto* body = member<json::kind::object>(object, "body", path))
            readBody(body->get_object(), path + ".body", part);
        const auto* parts = member<json::kind::array>(object, "parts", path);
        if (parts == nullptr) return;
        for (std::size_t i = 0; i < parts->get_array().size() && !error_ && parts_ <= limits_.parts; ++i) {
            part.children.emplace_back();
            readPart(parts->get_array()[i], fmt::format("{}.parts[{}]", path, i), depth + 1, part.children.back());
        }
    }

    void readHeaders(const json::object& object, const std::string& path, bool top, Part& part) {
        const auto* headers = member<json::kind::array>(object, "headers", path);
        if (headers == nullptr) return;
        const auto& list = headers->get_array();
        for (std::size_t i = 0; i < std::min(list.size(), maxHeaders) && !error_; ++i) {
            const auto at = fmt::format("{}.headers[{}]", path, i);
            if (!list[i].is_object()) return fail(at, "is not an object");
            const auto name = string(list[i].get_object(), "name", at);
            const auto header = string(list[i].get_object(), "value", at);
            if (equalNoCase(name, "Content-Type")) readType(header, part);
            if (equalNoCase(name, "Content-Disposition")) readDisposition(header, part);
            if (top) readHeader(name, header, message_);
        }
    }

    // Gmail's own mimeType and filename go before those of the header.
    static void readType(std::string_view header, Part& part) {
        const std::string type = part.type;
        readContentType(header, part);
        if (!type.empty()) part.type = type;
    }

    void readBody(const json::object& body, const std::string& path, Part& part) {
        auto bytes = decodeBase64Url(string(body, "data", path));
        if (!bytes) return fail(path + ".data", "is not base64url");
        part.owned = std::move(*bytes);
    }

    const Limits& limits_;
    Message& message_;
    std::size_t parts_ = 0;
    std::optional<Error> error_;
};

// Milliseconds since 1970, as a string or a number.
std::optional<std::chrono::sys_seconds> internalDate(const json::object& resource) {
    const auto* value = resource.if_contains("internalDate");
    if (value == nullptr) return std::nullopt;
    std::int64_t milliseconds = 0;
    if (value->is_string()) {
        const auto text = view(value->get_string());
        if (std::from_chars(text.data(), text.data() + text.size(), milliseconds).ec != std::errc{})
            return std::nullopt;
    } else if (value->is_int64()) {
        milliseconds = value->get_int64();
    } else {
        return std::nullopt;
    }
    return std::chrono::sys_seconds(std::chrono::seconds(milliseconds / 1000));
}

}  // namespace

Result<Message> parseGmailMessage(std::string_view json, const Limits& limits) {
    initMime();
    // Base64 makes a message a third larger; the rest is room for the JSON around it.
    const std::size_t most = limits.messageBytes / 3 * 4 + (1U << 20);
    if (json.size() > most)
        return failure(ErrorCode::TooLarge, fmt::format("The message is over the limit of {} bytes.", most));
    boost::json::parse_options options;
    options.max_depth = limits.depth * 2 + 8;  // a level of parts is an object in a list
    boost::system::error_code code;
    const boost::json::value value = boost::json::parse({json.data(), json.size()}, code, {}, options);
    if (code)
        return failure(ErrorCode::Invalid,
                       fmt::format("This is no Gmail message: it is not JSON ({}).", code.message()));
    if (!value.is_object()) return failure(ErrorCode::Invalid, "This is no Gmail message: the JSON is not an object.");

    const auto& resource = value.get_object();
    Message message;
    message.document = std::make_unique<Document>();
    if (auto read = GmailReader(limits, message).read(resource); !read) return std::unexpected(read.error());
    const auto* id = resource.if_contains("id");
    if (message.id.empty() && id != nullptr && id->is_string()) message.id = view(id->get_string()).substr(0, 256);
    if (!message.date) message.date = internalDate(resource);
    return message;
}

}  // namespace nextjob::mail
