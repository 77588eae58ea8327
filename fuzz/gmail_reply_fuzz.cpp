#include "ingest/gmail/batch.hpp"
#include "ingest/gmail/gmail_json.hpp"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

namespace {

using namespace nextjob::ingest;

void require(bool good) {
    if (!good) std::abort();
}

constexpr std::size_t asked = 5;

}  // namespace

// What Gmail, or who stands in its place, answers: pages, messages and batches of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto page = readIds(text))
        for (const auto& id : page->ids) require(isMessageId(id));
    if (const auto page = readHistory(text))
        for (const auto& id : page->added) require(isMessageId(id));
    (void)readProfile(text);
    (void)readWatch(text);
    require(readReason(text).size() <= 64);
    if (const auto message = readMessage(text, "18f")) require(message->id == "18f" && message->json == text);

    const auto line = text.find('\n');
    const std::string type = line == std::string::npos ? "multipart/mixed; boundary=mark" : text.substr(0, line);
    const auto body = line == std::string::npos ? text : text.substr(line + 1);
    const auto replies = readBatchReply(type, body, asked);
    if (!replies) return 0;
    std::set<std::size_t> seen;
    for (const auto& reply : *replies)
        require(reply.index < asked && reply.status >= 200 && reply.status <= 999 && seen.insert(reply.index).second);
    return 0;
}
