#include "queue/event/raw_job_email.hpp"

#include "mail/message.hpp"
#include "mail/utf8.hpp"
#include "model/names.hpp"
#include "queue/event/fields.hpp"
#include "queue/event/json_string.hpp"
#include "text/base64.hpp"
#include "text/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace nextjob::queue {

namespace {

std::string utf8(std::string_view text) {
    std::string clean;
    while (true) {
        const std::size_t good = mail::validUtf8Prefix(text);
        clean.append(text.substr(0, good));
        if (good == text.size()) return clean;
        mail::appendUtf8(clean, U'\uFFFD');
        text.remove_prefix(good + 1);
    }
}

// Writes an object member by member: the mail's own bytes are copied once, and there is no tree of values.
class Writer {
  public:
    explicit Writer(std::size_t expected) { json_.reserve(expected); }

    void text(std::string_view name, std::string_view value, std::size_t limit = RawJobEmail::maximumShortField) {
        if (!mail::isUtf8(value)) return text(name, utf8(value), limit);
        if (value.size() > limit) tooLong_ = name;
        member(name);
        appendJsonString(json_, value);
    }
    void number(std::string_view name, std::int64_t value) { literal(name, fmt::to_string(value)); }
    void flag(std::string_view name, bool value) { literal(name, value ? "true" : "false"); }
    void base64(std::string_view name, std::string_view bytes) {
        member(name);
        json_ += '"';
        text::appendBase64(json_, bytes);
        json_ += '"';
    }
    void literal(std::string_view name, std::string_view value) {
        member(name);
        json_ += value;
    }
    Result<std::string> finish() {
        json_ += '}';
        if (!tooLong_.empty())
            return failure(ErrorCode::TooLarge,
                           fmt::format("The {} of this mail is longer than an event can carry.", tooLong_));
        if (json_.size() > RawJobEmail::maximumBytes)
            return failure(ErrorCode::TooLarge, fmt::format("This mail makes an event of {} bytes, more than the {} "
                                                            "that an event may have.",
                                                            json_.size(), RawJobEmail::maximumBytes));
        return std::move(json_);
    }

  private:
    void member(std::string_view name) {
        json_ += json_.empty() ? "{\"" : ",\"";
        json_ += name;
        json_ += "\":";
    }

    std::string json_;
    std::string_view tooLong_;
};

// Whether it can be written: mail may be dated before 1970 and after 9999.
bool isWritable(Timestamp time) {
    using namespace std::chrono;
    constexpr sys_days first = year(1970) / 1 / 1, beyond = year(10'000) / 1 / 1;
    return time >= first && time < beyond;
}

// Takes fields as what they should be; the first that is wrong is kept and says so.
class Reader {
  public:
    explicit Reader(const Fields& fields) : fields_(fields) {}

    std::string_view text(std::string_view name, std::size_t limit = RawJobEmail::maximumShortField) {
        const Field& field = fields_[name];
        if (!is(field, Field::Kind::Text, name, "is not a text")) return {};
        const std::string_view held = field.text();
        if (held.size() > limit)
            fail(name, fmt::format("has {} bytes, more than the {} that are let pass", held.size(), limit));
        return held;
    }
    std::int64_t id(std::string_view name) {
        constexpr std::string_view wrong = "is not a whole number above 0";
        const Field& field = fields_[name];
        if (!is(field, Field::Kind::Number, name, wrong)) return 0;
        if (field.number <= 0) fail(name, wrong);
        return field.number;
    }
    bool flag(std::string_view name) {
        const Field& field = fields_[name];
        return is(field, Field::Kind::Flag, name, "is neither true nor false") && field.number != 0;
    }
    // Whether there is a value; it must be there at least as null.
    bool given(std::string_view name) {
        const Field& field = fields_[name];
        if (field.kind == Field::Kind::Missing) fail(name, "is missing");
        return field.kind != Field::Kind::Missing && field.kind != Field::Kind::Null;
    }
    void fail(std::string_view name, std::string_view what) {
        if (problem_.empty()) problem_ = fmt::format("{} {}", name, what);
    }
    const std::string& problem() const { return problem_; }

  private:
    bool is(const Field& field, Field::Kind kind, std::string_view name, std::string_view otherwise) {
        if (field.kind == kind) return true;
        fail(name, field.kind == Field::Kind::Missing ? "is missing" : otherwise);
        return false;
    }

    const Fields& fields_;
    std::string problem_;
};

std::unexpected<Error> refused(ErrorCode code, std::string_view problem) {
    return failure(code, fmt::format("This is no RawJobEmail event: {}. Mend what published it; docs/queue.md lists "
                                     "the fields.",
                                     problem));
}

// Before anything else is looked at: in another schema the other fields may mean something else.
Result<void> checkSchema(const Field& version) {
    if (version.kind == Field::Kind::Missing) return refused(ErrorCode::Invalid, "schema_version is missing");
    if (version.kind != Field::Kind::Number || version.number < 1)
        return refused(ErrorCode::Invalid, "schema_version is not a whole number above 0");
    if (version.number > RawJobEmail::schemaVersion)
        return failure(ErrorCode::Invalid,
                       fmt::format("This event has schema_version {}, and this nextjob ({}) reads up to {}. Bring this "
                                   "worker to the version of what published it, then revive the message.",
                                   version.number, NEXTJOB_VERSION, RawJobEmail::schemaVersion));
    return {};
}

RawJobEmail take(Reader& reader) {
    RawJobEmail event;
    event.raw.user = reader.id("user_id");
    event.email = reader.text("email");
    event.raw.sourceId = reader.text("gmail_message_id");
    event.raw.subject = reader.text("subject");
    event.fullText = reader.text("full_text", RawJobEmail::maximumFullText);
    event.raw.source = reader.text("source");
    if (reader.given("received_at")) {
        event.raw.receivedAt = text::parseTimestamp(reader.text("received_at"));
        if (!event.raw.receivedAt || !isWritable(*event.raw.receivedAt))
            reader.fail("received_at", "is not a time such as 2026-01-31T09:05:00Z");
    }
    event.message = reader.id("message_id");
    event.raw.key = reader.text("key");
    event.raw.sender = reader.text("sender");
    if (reader.given("import_id")) event.raw.import = reader.id("import_id");
    event.raw.truncated = reader.flag("truncated");
    if (const auto format = parseName<MailFormat>(reader.text("format")))
        event.raw.format = *format;
    else
        reader.fail("format", "is neither rfc822 nor gmail_json");
    if (auto bytes = text::decodeBase64(reader.text("raw", std::numeric_limits<std::size_t>::max())))
        event.raw.bytes = std::move(*bytes);
    else
        reader.fail("raw", "is not base64");
    if (event.raw.key.empty()) reader.fail("key", "is empty");
    if (event.raw.source.empty()) reader.fail("source", "is empty");
    return event;
}

}  // namespace

RawJobEmail rawJobEmail(const RawMessage& raw, MessageId message, std::string email) {
    RawJobEmail event{.email = std::move(email), .fullText = {}, .message = message, .raw = raw};
    const auto cut = [](std::string& field) {
        field.resize(std::min(field.size(), RawJobEmail::maximumShortField / 3));
    };
    const auto read =
        raw.format == MailFormat::GmailJson ? mail::parseGmailMessage(raw.bytes) : mail::parseMessage(raw.bytes);
    if (read) {  // otherwise analysis says what is wrong with it
        event.fullText = mail::cutUtf8(read->document->text, RawJobEmail::maximumFullText);
        if (raw.subject.empty()) event.raw.subject = read->subject;
        if (raw.sender.empty() && read->from) event.raw.sender = read->from->address;
        if (!raw.receivedAt && read->date) event.raw.receivedAt = *read->date;
    }
    cut(event.raw.subject);
    cut(event.raw.sender);
    cut(event.raw.sourceId);
    return event;
}

Result<std::string> encode(const RawJobEmail& event) {
    const RawMessage& raw = event.raw;
    Writer writer(text::base64Size(raw.bytes.size()) + event.fullText.size() * 9 / 8 + 1024);
    writer.number("schema_version", RawJobEmail::schemaVersion);
    writer.number("user_id", raw.user);
    writer.text("email", event.email);
    writer.text("gmail_message_id", raw.sourceId);
    writer.text("subject", raw.subject);
    writer.text("full_text", event.fullText, RawJobEmail::maximumFullText);
    if (raw.receivedAt && isWritable(*raw.receivedAt))
        writer.text("received_at", text::shortTimestamp(*raw.receivedAt));
    else
        writer.literal("received_at", "null");
    writer.text("source", raw.source);
    writer.number("message_id", event.message);
    writer.text("key", raw.key);
    writer.text("sender", raw.sender);
    writer.literal("import_id", raw.import ? fmt::to_string(*raw.import) : "null");
    writer.text("format", nameOf(raw.format));
    writer.flag("truncated", raw.truncated);
    writer.base64("raw", raw.bytes);
    return writer.finish();
}

Result<RawJobEmail> decodeRawJobEmail(std::string_view json) {
    if (json.size() > RawJobEmail::maximumBytes)
        return refused(ErrorCode::TooLarge, fmt::format("it has {} bytes, more than the {} that an event may have",
                                                        json.size(), RawJobEmail::maximumBytes));
    const auto fields = Fields::read(json);
    if (!fields) return refused(ErrorCode::Invalid, fields.error());
    if (auto known = checkSchema((*fields)["schema_version"]); !known) return std::unexpected(std::move(known.error()));
    Reader reader(*fields);
    RawJobEmail event = take(reader);
    if (!reader.problem().empty()) return refused(ErrorCode::Invalid, reader.problem());
    return event;
}

}  // namespace nextjob::queue
