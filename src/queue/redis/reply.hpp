#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

struct redisReply;

namespace nextjob::queue::redis {

// Looks at one value of the server's answer, as hiredis has read it. What is not of the kind asked for reads as "", 0
// or empty, so that an answer of an unknown shape harms nobody. Lives no longer than its Reply.
class Value {
  public:
    explicit Value(const redisReply* reply) : reply_(reply) {}

    bool isError() const;
    bool isNil() const;
    std::string_view text() const;  // of texts, states and errors
    std::int64_t integer() const;   // of numbers, and texts that are numbers
    std::size_t size() const;       // of an array
    Value operator[](std::size_t place) const;

  private:
    const redisReply* reply_;  // null: nothing there
};

// The answer to one command. Owns what its values show.
class Reply {
  public:
    explicit Reply(redisReply* reply) : reply_(reply) {}

    Value value() const { return Value(reply_.get()); }

  private:
    struct Free {
        void operator()(redisReply* reply) const;
    };
    std::unique_ptr<redisReply, Free> reply_;
};

}  // namespace nextjob::queue::redis
