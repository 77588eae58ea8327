#include "queue/redis/reply.hpp"

#include <hiredis/hiredis.h>

#include <charconv>

namespace nextjob::queue::redis {

bool Value::isError() const { return reply_ != nullptr && reply_->type == REDIS_REPLY_ERROR; }

bool Value::isNil() const { return reply_ == nullptr || reply_->type == REDIS_REPLY_NIL; }

std::string_view Value::text() const {
    const bool has = reply_ != nullptr
                     && (reply_->type == REDIS_REPLY_STRING || reply_->type == REDIS_REPLY_STATUS
                         || reply_->type == REDIS_REPLY_ERROR);
    return has ? std::string_view(reply_->str, reply_->len) : std::string_view{};
}

std::int64_t Value::integer() const {
    if (reply_ != nullptr && reply_->type == REDIS_REPLY_INTEGER) return reply_->integer;
    const std::string_view digits = text();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? number : 0;
}

std::size_t Value::size() const {
    return reply_ != nullptr && reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0;
}

Value Value::operator[](std::size_t place) const { return Value(place < size() ? reply_->element[place] : nullptr); }

void Reply::Free::operator()(redisReply* reply) const { freeReplyObject(reply); }

}  // namespace nextjob::queue::redis
