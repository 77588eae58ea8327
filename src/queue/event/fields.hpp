#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace nextjob::queue {

// The value of one field of an event's JSON.
struct Field {
    enum class Kind : std::uint8_t { Missing, Null, Flag, Number, Text, Other };

    Kind kind = Kind::Missing;
    std::int64_t number = 0;  // a whole one; 1 for true
    std::string_view plain;   // a text that stands in the JSON as it is…
    std::string unescaped;    // … or one that does not, without its escapes

    std::string_view text() const { return unescaped.empty() ? plain : unescaped; }
};

// The fields of an event that this version knows, as its JSON has them. Texts without escapes are not copied: they last
// no longer than the JSON.
class Fields {
  public:
    // The error is a clause: "it is not JSON (syntax error)". Of a field that comes twice the last counts.
    static std::expected<Fields, std::string> read(std::string_view json);
    // The same without the short way that our own events take.
    static std::expected<Fields, std::string> readAny(std::string_view json);

    // `name` is one of those in docs/queue.md.
    const Field& operator[](std::string_view name) const { return fields_[placeOf(name)]; }
    Field& operator[](std::string_view name) { return fields_[placeOf(name)]; }

  private:
    static constexpr std::array<std::string_view, 15> names{
        "schema_version", "user_id", "email",  "gmail_message_id", "subject", "full_text", "received_at", "source",
        "message_id",     "key",     "sender", "import_id",        "format",  "truncated", "raw"};

    static std::size_t placeOf(std::string_view name);

    std::array<Field, names.size() + 1> fields_;  // the last is for all that this version does not know
};

}  // namespace nextjob::queue
