#include "document_invariants.hpp"
#include "queue/redis/reply.hpp"

#include <cstdint>
#include <string_view>

namespace {

using nextjob::queue::redis::Value;

std::size_t textIn(const Value& value) {
    std::size_t size = value.text().size();
    for (std::size_t place = 0; place < value.size(); ++place) size += textIn(value[place]);
    return size;
}

}  // namespace

// What a server sends, at once and by the byte: the same is made of it, and no more text than came.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nextjob::queue::redis;
    const std::string_view received(reinterpret_cast<const char*>(data), size);
    AnswerReader whole(3), slow(3);
    const auto atOnce = whole.isWhole(received);
    auto byTheByte = slow.isWhole({});
    for (std::size_t come = 1; come <= size && byTheByte == false; ++come)
        byTheByte = slow.isWhole(received.substr(0, come));
    nextjob::fuzzing::require(atOnce == byTheByte);
    if (atOnce != true) return 0;
    std::size_t texts = 0;
    for (const Value& answer : whole.read(received)) texts += textIn(answer);
    nextjob::fuzzing::require(texts <= size);
    return 0;
}
