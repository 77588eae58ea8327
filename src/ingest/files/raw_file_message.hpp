#pragma once

#include "ingest/files/file_reader.hpp"
#include "model/raw_message.hpp"

#include <optional>

namespace nextjob::ingest {

// A message of a file as the pipeline takes it. Its key is the Message-ID together with the Date, so that the same mail
// from an mbox and from Gmail is one message, while a sender that repeats its Message-IDs hides none; without a
// Message-ID it is Gmail's id, or a hash of the bytes. Reads no more than the header (of JSON: its members).
RawMessage rawMessage(FileMessage message, UserId user, std::optional<ImportId> import);

}  // namespace nextjob::ingest
