#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::queue::redis {

// One value of the server's answer. What is not of the kind asked for reads as "", 0 or empty, so that an answer of an
// unknown shape harms nobody. Its text stays where the answer was received, and is good no longer than that.
class Value {
  public:
    bool isError() const { return kind_ == Kind::Error; }
    std::string_view text() const;                         // of texts, states and errors
    std::int64_t integer() const;                          // of numbers, and texts that are numbers
    std::size_t size() const { return elements_.size(); }  // of an array
    const Value& operator[](std::size_t place) const;

  private:
    friend class AnswerReader;
    enum class Kind : std::uint8_t { Nothing, Text, Error, Number, Array };

    Kind kind_ = Kind::Nothing;
    std::string_view text_;  // a number's digits, too
    std::vector<Value> elements_;
};

// Finds the answers to some commands in what the server has sent (RESP 2), and copies none of it.
class AnswerReader {
  public:
    explicit AnswerReader(std::size_t answers) : answers_(answers), open_{answers} {}

    // Whether `received`, everything that has come so far, holds all answers to their last byte. It may be elsewhere
    // with each call, but only grows. The error says what is no Redis protocol.
    std::expected<bool, std::string> isWhole(std::string_view received);
    // Once it is.
    std::vector<Value> read(std::string_view received) const;

  private:
    static Value valueAt(std::string_view received, std::size_t& at);

    std::size_t answers_;
    std::vector<std::size_t> open_;  // of each array around the next value, outermost first: elements still to come
    std::size_t next_ = 0;           // where that begins
};

}  // namespace nextjob::queue::redis
