// How fast mail becomes text and tree. NEXTJOB_BENCH_MAIL names a folder of messages or an mbox; without it the
// sample mails are read. scripts/bench mail runs this beside Python's email package with BeautifulSoup.

#include "analyse/extract/extractor.hpp"
#include "mail/header_block.hpp"
#include "mail/mbox.hpp"
#include "mail/message.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using namespace nextjob;

struct Corpus {
    std::vector<std::string> messages;
    std::size_t bytes = 0;
};

void add(Corpus& corpus, std::string message) {
    corpus.bytes += message.size();
    corpus.messages.push_back(std::move(message));
}

Corpus load(const std::filesystem::path& path) {
    Corpus corpus;
    if (std::filesystem::is_regular_file(path)) {
        auto reader = mail::MboxReader::open(path);
        while (reader) {
            auto entry = reader->next();
            if (!entry || !*entry) break;
            add(corpus, std::move((*entry)->bytes));
        }
        return corpus;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.path().extension() == ".eml") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        add(corpus, {std::istreambuf_iterator<char>(in), {}});
    }
    return corpus;
}

const Corpus& corpus() {
    static const Corpus loaded = [] {
        const char* given = std::getenv("NEXTJOB_BENCH_MAIL");
        return load(given != nullptr ? given : NEXTJOB_SOURCE_DIR "/tests/golden/mails");
    }();
    return loaded;
}

void count(benchmark::State& state) {
    const auto rounds = static_cast<double>(state.iterations());
    state.counters["mails/s"] = {rounds * static_cast<double>(corpus().messages.size()), benchmark::Counter::kIsRate};
    state.counters["MB/s"] = {rounds * static_cast<double>(corpus().bytes) / 1e6, benchmark::Counter::kIsRate};
}

// Whole mails: MIME, HTML and extraction.
void extract(benchmark::State& state) {
    const analyse::Extractor extractor;
    for ([[maybe_unused]] auto _ : state) {
        for (const auto& bytes : corpus().messages) {
            if (const auto message = mail::parseAny(bytes)) benchmark::DoNotOptimize(extractor.extract(*message));
        }
    }
    count(state);
}
BENCHMARK(extract)->Unit(benchmark::kMillisecond);

// MIME and HTML: all that the mail stage does.
void parse(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
        for (const auto& message : corpus().messages) benchmark::DoNotOptimize(mail::parseAny(message));
    }
    count(state);
}
BENCHMARK(parse)->Unit(benchmark::kMillisecond);

// The same with HTML taken for an attachment: headers, parts, transfer encodings, charsets and plain text.
void mimeOnly(benchmark::State& state) {
    std::vector<std::string> messages = corpus().messages;
    for (auto& message : messages) {
        for (auto at = message.find("text/html"); at != std::string::npos; at = message.find("text/html", at)) {
            message.replace(at, 9, "x/x-html1");
        }
    }
    for ([[maybe_unused]] auto _ : state) {
        for (const auto& message : messages) benchmark::DoNotOptimize(mail::parseAny(message));
    }
    count(state);
}
BENCHMARK(mimeOnly)->Unit(benchmark::kMillisecond);

void headersOnly(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
        for (const auto& message : corpus().messages) benchmark::DoNotOptimize(mail::splitMessageHeaders(message));
    }
    count(state);
}
BENCHMARK(headersOnly)->Unit(benchmark::kMillisecond);

// Inputs made to be slow, 4 MB each: the promise is 50 ms a megabyte for any mail.
std::string repeated(std::string_view head, std::string_view piece) {
    std::string bytes(head);
    while (bytes.size() < 4'000'000) bytes += piece;
    return bytes;
}

std::string nestedMultiparts(std::string_view piece) {
    std::string bytes = "From: a@example.com\n";
    for (int i = 0; i < 1000; ++i) {
        bytes +=
            "Content-Type: multipart/mixed; boundary=\"b" + std::to_string(i) + "\"\n\n--b" + std::to_string(i) + "\n";
    }
    return repeated(bytes, piece);
}

void hostile(benchmark::State& state, const std::string& bytes) {
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(mail::parseMessage(bytes));
    const double megabytes = static_cast<double>(bytes.size()) / 1e6 * static_cast<double>(state.iterations());
    state.counters["s/MB"] = {megabytes, benchmark::Counter::kIsRate | benchmark::Counter::kInvert};
}

constexpr std::string_view htmlHead = "From: a@example.com\nContent-Type: text/html; charset=utf-8\n\n";
constexpr std::string_view manyParts = "Content-Type: multipart/mixed; boundary=b\n\n";
BENCHMARK_CAPTURE(hostile, openElements, repeated(htmlHead, "<div>x"));
BENCHMARK_CAPTURE(hostile, strayEndTags, repeated(repeated(htmlHead, "<div>").substr(0, 200'000), "x</b></q>"));
BENCHMARK_CAPTURE(hostile, attributes, repeated(std::string(htmlHead) + "<p ", "data-a=1 b "));
BENCHMARK_CAPTURE(hostile, nestedTables, repeated(htmlHead, "<table><tr><td>"));
BENCHMARK_CAPTURE(hostile, links, repeated(htmlHead, "<a href=\"https://example.com/?a=1&amp;b=2\">x</a>"));
BENCHMARK_CAPTURE(hostile, comments, repeated(htmlHead, "<!--"));
BENCHMARK_CAPTURE(hostile, references, repeated(htmlHead, "&amp"));
BENCHMARK_CAPTURE(hostile, headers, repeated("From: a@example.com\n", "X-A: b\n"));
BENCHMARK_CAPTURE(hostile, parts, repeated(manyParts, "--b\n\nx\n"));
BENCHMARK_CAPTURE(hostile, nestedParts, nestedMultiparts("--x\n"));

}  // namespace
