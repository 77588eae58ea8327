#include "queue/event/fields.hpp"

#include "queue/event/json_string.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace nextjob::queue {

namespace json = boost::json;

namespace {

// Reads what `encode` writes, and little else: an object of texts, numbers above 0, true, false and null, without
// spaces. It gives up on everything else, right or wrong. So it is short, and without the tree of values that a parser
// makes an event costs a third less to read.
class Scanner {
  public:
    explicit Scanner(std::string_view json) : rest_(json) {}

    bool read(Fields& fields) {
        if (!take("{")) return false;
        Field name;
        do {
            if (!text(name) || !take(":") || !value(fields[name.text()])) return false;
        } while (take(","));
        return take("}") && rest_.empty();
    }

  private:
    bool take(std::string_view token) {
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }
    bool value(Field& field) {
        if (rest_.starts_with('"')) return text(field);
        if (take("null")) return set(field, Field::Kind::Null);
        if (take("true")) return set(field, Field::Kind::Flag, 1);
        if (take("false")) return set(field, Field::Kind::Flag);
        return number(field);
    }
    static bool set(Field& field, Field::Kind kind, std::int64_t number = 0) {
        field.kind = kind;
        field.number = number;
        field.plain = {};
        field.unescaped.clear();
        return true;
    }
    bool number(Field& field) {
        if (rest_.empty() || rest_.front() < '1' || rest_.front() > '9') return false;
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return set(field, Field::Kind::Number, number) && error == std::errc();
    }
    bool text(Field& field) {
        set(field, Field::Kind::Text);
        if (!take("\"")) return false;
        field.plain = plain();
        if (take("\"")) return true;
        field.unescaped = field.plain;
        while (!take("\"")) {
            const auto meant = escape();
            if (!meant) return false;
            field.unescaped += *meant;
            field.unescaped += plain();
        }
        return true;
    }
    std::string_view plain() {
        const std::string_view found = rest_.substr(0, plainInJson(rest_));
        rest_.remove_prefix(found.size());
        return found;
    }
    std::optional<char> escape() {
        constexpr std::string_view names = "\"\\/bfnrt", named = "\"\\/\b\f\n\r\t";
        if (rest_.size() < 2 || rest_.front() != '\\') return std::nullopt;
        const auto place = names.find(rest_[1]);
        if (place == std::string_view::npos) return std::nullopt;
        rest_.remove_prefix(2);
        return named[place];
    }

    std::string_view rest_;
};

Field fieldOf(const json::value& value) {
    if (value.is_null()) return {.kind = Field::Kind::Null};
    if (value.is_bool()) return {.kind = Field::Kind::Flag, .number = value.get_bool() ? 1 : 0};
    if (value.is_int64()) return {.kind = Field::Kind::Number, .number = value.get_int64()};
    if (value.is_string()) return {.kind = Field::Kind::Text, .unescaped = std::string(value.get_string())};
    return {.kind = Field::Kind::Other};
}

}  // namespace

std::expected<Fields, std::string> Fields::read(std::string_view json) {
    Fields fields;
    if (Scanner(json).read(fields)) return fields;
    return readAny(json);
}

std::expected<Fields, std::string> Fields::readAny(std::string_view json) {
    json::monotonic_resource memory(json.size() + 4096);
    json::error_code error;
    const json::value value = json::parse(json, error, &memory);
    if (error) return std::unexpected(fmt::format("it is not JSON ({})", error.message()));
    if (!value.is_object()) return std::unexpected("it is JSON, but no object");
    Fields fields;
    for (const auto& [name, held] : value.get_object()) fields[name] = fieldOf(held);
    return fields;
}

std::size_t Fields::placeOf(std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

}  // namespace nextjob::queue
