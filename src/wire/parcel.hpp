#pragma once

#include "model/claim.hpp"
#include "model/import.hpp"
#include "model/mailbox.hpp"
#include "wire/problem.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What workers without a database and the backend say to each other over /service: both sides write and read it here.
namespace nextjob::wire {

inline constexpr std::string_view parcelType = "application/octet-stream";

// The most that one parcel holds; a mail of 32 MiB fits with room.
inline constexpr std::size_t maximumParcel = 80U << 20;
// Where a parcel of several mails is full.
inline constexpr std::size_t fullParcel = 32U << 20;

// Mails, byte for byte: a line of JSON that describes them, then for each its key, source, the source's id, subject,
// sender and the mail itself, of the lengths that the line says. docs/api.md shows it.
struct Parcel {
    std::vector<Claim> mails;                // those that nobody has claimed without ticket and attempts
    std::optional<ImportProgress> progress;  // of the import that brings them
    std::optional<LeaseKey> lease;           // of the mailbox that they are from
    std::vector<MessageId> left;             // were asked for, and did not fit
};

// One mail of a parcel, wherever it is kept.
struct ParcelMail {
    std::int64_t ticket = 0;
    MessageId message = 0;
    int attempts = 0;
    const RawMessage* raw = nullptr;
};

std::string writeParcel(std::span<const ParcelMail> mails, const std::optional<ImportProgress>& progress = {},
                        const std::optional<LeaseKey>& lease = {}, std::span<const MessageId> left = {});

// Nothing for bytes that are no whole parcel, with the problems.
std::optional<Parcel> readParcel(std::string_view bytes, Problems& problems);

// All problems in a sentence, for a log: "body.mails.0.user_id: Send a whole number here."
std::string sentenceOf(const Problems& problems);

}  // namespace nextjob::wire
