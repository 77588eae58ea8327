#include "queue/redis/reply.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>

namespace nextjob::queue::redis {

namespace {

constexpr std::string_view lineEnd = "\r\n";
constexpr std::size_t deepest = 8;  // our commands' answers have four levels

std::optional<std::int64_t> numberIn(std::string_view digits) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

// The line that a value begins with: "+OK", ":42", "$5" before a text of 5 bytes, "*2" before 2 values.
struct Line {
    char type = 0;
    std::string_view said;
    std::size_t end = 0;  // where what follows it begins

    // Of what follows; none for nil, which is a size of -1.
    std::size_t size() const {
        const auto size = numberIn(said);
        return size && *size > 0 ? static_cast<std::size_t>(*size) : 0;
    }
    bool isNil() const { return said == "-1"; }
    bool isGood() const {
        if (type == '+' || type == '-') return true;
        const auto number = numberIn(said);
        return number && (type == ':' || ((type == '$' || type == '*') && *number >= -1));
    }
};

// Nothing when it has not come to its end.
std::optional<Line> lineAt(std::string_view received, std::size_t at) {
    const std::size_t end = received.find(lineEnd, at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = received.substr(at, end - at);
    if (line.empty()) return Line{.end = end + lineEnd.size()};
    return Line{.type = line.front(), .said = line.substr(1), .end = end + lineEnd.size()};
}

}  // namespace

std::string_view Value::text() const {
    return kind_ == Kind::Text || kind_ == Kind::Error ? text_ : std::string_view{};
}

std::int64_t Value::integer() const { return numberIn(text_).value_or(0); }

const Value& Value::operator[](std::size_t place) const {
    static const Value nothing;
    return place < size() ? elements_[place] : nothing;
}

std::expected<bool, std::string> AnswerReader::isWhole(std::string_view received) {
    while (true) {
        while (!open_.empty() && open_.back() == 0) open_.pop_back();
        if (open_.empty()) return true;
        const auto line = lineAt(received, next_);
        if (!line) return false;
        if (!line->isGood() || open_.size() > deepest)
            return std::unexpected(fmt::format("{}{}", line->type, line->said));
        std::size_t end = line->end;
        if (line->type == '$' && !line->isNil()) end += line->size() + lineEnd.size();
        if (end > received.size()) return false;
        next_ = end;
        --open_.back();
        if (line->type == '*') open_.push_back(line->size());
    }
}

std::vector<Value> AnswerReader::read(std::string_view received) const {
    std::vector<Value> answers;
    answers.reserve(answers_);
    std::size_t at = 0;
    for (std::size_t i = 0; i < answers_; ++i) answers.push_back(valueAt(received, at));
    return answers;
}

Value AnswerReader::valueAt(std::string_view received, std::size_t& at) {
    const Line line = lineAt(received, at).value();
    at = line.end;
    Value value;
    if (line.type == '+' || line.type == '-' || line.type == ':') {
        value.kind_ = line.type == '+'   ? Value::Kind::Text
                      : line.type == '-' ? Value::Kind::Error
                                         : Value::Kind::Number;
        value.text_ = line.said;
    } else if (line.type == '$' && !line.isNil()) {
        value.kind_ = Value::Kind::Text;
        value.text_ = received.substr(at, line.size());
        at += line.size() + lineEnd.size();
    } else if (line.type == '*') {
        value.kind_ = Value::Kind::Array;
        value.elements_.reserve(line.size());
        for (std::size_t i = 0; i < line.size(); ++i) value.elements_.push_back(valueAt(received, at));
    }
    return value;
}

}  // namespace nextjob::queue::redis
