#include "app/commands/extract.hpp"

#include "analyse/analyser.hpp"
#include "app/extraction_json.hpp"
#include "app/ordered_pool.hpp"
#include "app/terminal.hpp"
#include "ingest/files/file_reader.hpp"
#include "mail/message.hpp"

#include <fmt/format.h>

#include <exception>
#include <thread>

namespace nextjob::app {

namespace {

using Read = Result<ingest::FileMessage>;

std::string nameOfSource(const ingest::FileMessage& message) {
    return message.offset ? fmt::format("{} at byte {}", message.file, *message.offset) : message.file;
}

Result<std::string> lineOf(const analyse::Analyser& analyser, Read read, bool text) {
    if (!read) return std::unexpected(std::move(read.error()));
    try {
        auto message = mail::parseAny(read->bytes);
        if (!message)
            return failure(message.error().code,
                           fmt::format("cannot read {}: {}", nameOfSource(*read), message.error().message));
        if (read->truncated) message->document->truncated = true;
        return extractionLine({read->file, read->offset}, *message, analyser.extract(*message), text);
    } catch (const std::exception& fault) {
        return failure(ErrorCode::Internal, fmt::format("{} was given up on: {}. Please report this message's form.",
                                                        nameOfSource(*read), fault.what()));
    }
}

}  // namespace

int extract(const ExtractOptions& options) {
    Terminal terminal("nextjob extract");
    const analyse::Analyser analyser;
    ingest::FileReader reader(options.files);
    int status = 0;
    OrderedPool<Read, Result<std::string>> pool({.threads = std::thread::hardware_concurrency()}, [&](Read read) {
        return lineOf(analyser, std::move(read), options.text);
    });
    pool.run(
        [&]() -> std::optional<Read> {
            auto message = reader.next();
            if (!message) return Read(std::unexpected(std::move(message.error())));
            if (!*message) return std::nullopt;
            return Read(std::move(**message));
        },
        [](const Read& read) { return read ? read->bytes.size() : 1; },
        [&](Result<std::string> line) {
            if (line) return terminal.print(*line + "\n");
            terminal.error(line.error().message);
            status = 1;
            return true;
        });
    return terminal.finish(status);
}

}  // namespace nextjob::app
