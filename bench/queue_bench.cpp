// Events through Redis Streams, from a mail in memory to its acknowledgement: written as JSON, put into the stream,
// each message once; delivered to the group, read and checked; taken out. One thread writes and one reads, as sources
// and workers do. And the same way for bytes that nobody writes or reads: what the server and the sockets take.
// NEXTJOB_BENCH_REDIS_URL names a server whose database 0 may be emptied. scripts/bench queue runs it beside
// redis-benchmark.

#include "queue/event/raw_job_email.hpp"
#include "queue/redis/stream.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace nextjob::queue {
namespace {

using redis::Stream;

constexpr int eventsARound = 4096;
constexpr int written = 128;  // at once; a source hands over batches of up to 200
constexpr int claimed = 128;

template <class T>
T valueOf(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

Stream connect(const char* consumer) {
    const char* url = std::getenv("NEXTJOB_BENCH_REDIS_URL");
    return Stream(redis::parseAddress(url == nullptr ? "redis://127.0.0.1:6379/0" : url).value(), consumer);
}

RawJobEmail mailOf(std::size_t bytes) {
    RawJobEmail event{.email = "ada@example.org", .fullText = {}, .message = 0, .raw = {}};
    event.raw.user = 1;
    event.raw.key = "mail:<18c1f0a2b3@mail.example>|Mon, 02 Mar 2026 08:00:00 +0000";
    event.raw.source = "gmail";
    event.raw.sourceId = "18c1f0a2b3";
    event.raw.subject = "12 new jobs for Software Engineer";
    event.raw.sender = "alerts@jobs.example";
    event.raw.receivedAt = Timestamp(std::chrono::milliseconds(1'780'000'000'000));
    for (int line = 0; event.raw.bytes.size() < bytes; ++line)
        event.raw.bytes += "<p>Senior Engineer " + std::to_string(line) + " at Acme, Berlin</p>\r\n";
    event.fullText = event.raw.bytes.substr(0, bytes / 4);  // an HTML mail is mostly not its words
    return event;
}

// What is done with each event at both ends.
struct AsJson {
    static std::string written(const RawJobEmail& event, const std::string& /*ready*/) { return encode(event).value(); }
    static void check(const redis::Delivery& delivery) {
        if (decodeRawJobEmail(delivery.event).value().message != delivery.message)
            throw std::runtime_error("another message than was sent");
    }
};
struct AsBytes {
    static std::string written(const RawJobEmail& /*event*/, const std::string& ready) { return ready; }
    static void check(const redis::Delivery& delivery) { benchmark::DoNotOptimize(delivery.event.data()); }
};

template <class Form>
void write(Stream& stream, RawJobEmail event, MessageId first) {
    const std::string ready = encode(event).value();
    std::vector<redis::Outgoing> batch;
    for (int number = 0; number < eventsARound; ++number) {
        event.message = first + number;
        batch.push_back({.message = event.message, .event = Form::written(event, ready)});
        if (batch.size() < written) continue;
        valueOf(stream.add(batch));
        batch.clear();
    }
    valueOf(stream.add(batch));
}

template <class Form>
void read(Stream& stream) {
    for (int done = 0; done < eventsARound;) {
        const auto deliveries = valueOf(stream.takeNew(claimed, std::chrono::milliseconds(100)));
        std::vector<std::pair<MessageId, std::string>> ended;
        for (const redis::Delivery& each : deliveries) {
            Form::check(each);
            ended.emplace_back(each.message, each.holding.entry);
        }
        valueOf(stream.finish(ended));
        done += static_cast<int>(deliveries.size());
    }
}

template <class Form>
void throughRedis(benchmark::State& state) {
    const RawJobEmail event = mailOf(static_cast<std::size_t>(state.range(0)));
    Stream source = connect("source"), worker = connect("worker");
    valueOf(source.check());
    MessageId first = 1;
    for (auto _ : state) {
        std::jthread writer([&] { write<Form>(source, event, first); });
        read<Form>(worker);
        first += eventsARound;
    }
    state.SetItemsProcessed(state.iterations() * eventsARound);
    state.counters["event_bytes"] = static_cast<double>(encode(event).value().size());
}
BENCHMARK(throughRedis<AsJson>)->Arg(256)->Arg(2'000)->Arg(20'000)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(throughRedis<AsBytes>)->Arg(256)->Arg(2'000)->Arg(20'000)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nextjob::queue
