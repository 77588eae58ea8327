#pragma once

#include "model/google_credential.hpp"
#include "model/imap_account.hpp"
#include "model/mailbox.hpp"
#include "model/message_record.hpp"
#include "model/names.hpp"
#include "model/session.hpp"
#include "store/facts_json.hpp"
#include "store/messages.hpp"

// What the engines' rows say, read once for all: a Row has columns from 0, as sqlite::Query and postgres::Row do.
namespace nextjob::store::sql {

// A row of userColumns.
template <class Row>
User readUser(const Row& row) {
    return {.id = row.integer(0),
            .email = row.text(2),
            .fullName = row.text(3),
            .isActive = row.flag(4),
            .isVerified = row.flag(5),
            .isSuperuser = row.flag(6),
            .created = row.time(7)};
}

// A row of findUser or findUserByEmail.
template <class Row>
Credentials readCredentials(const Row& row) {
    return {.user = readUser(row), .passwordHash = row.text(8)};
}

// A row of liveSessionsOfUser or findSessionByToken.
template <class Row>
Session readSession(const Row& row) {
    return {.id = row.integer(0),
            .user = row.integer(1),
            .device = row.text(2),
            .created = row.time(3),
            .lastUsed = row.time(4),
            .expires = row.time(5)};
}

// A row of messageColumns.
template <class Row>
MessageRecord readMessage(const Row& row) {
    MessageRecord message{.id = row.integer(0),
                          .user = row.integer(2),
                          .key = row.text(3),
                          .state = parseName<MessageState>(row.text(4)).value(),
                          .reason = row.text(5),
                          .source = row.text(6),
                          .sourceId = row.text(7),
                          .subject = row.text(8),
                          .sender = row.text(9),
                          .receivedAt = row.optionalTime(10),
                          .import = row.optionalInteger(11),
                          .bytes = static_cast<std::uint64_t>(row.integer(12)),
                          .truncated = row.flag(13),
                          .attempts = row.number(14),
                          .kind = parseName<MailKind>(row.text(15)),
                          .language = row.text(16),
                          .profile = row.text(17),
                          .announced = std::nullopt,
                          .found = row.number(19),
                          .aboutTitle = row.text(20),
                          .aboutCompany = row.text(21),
                          .analysisTime = std::chrono::microseconds(row.integer(22)),
                          .firstSeen = row.time(23),
                          .updated = row.time(24),
                          .wanted = row.flag(25),
                          .fetched = row.optionalTime(26)};
    if (!row.isNull(18)) message.announced = row.number(18);
    return message;
}

// A row of importColumns.
template <class Row>
Import readImport(const Row& row) {
    return {.id = row.integer(0),
            .user = row.integer(2),
            .fileName = row.text(3),
            .spoolPath = row.text(4),
            .state = parseName<ImportState>(row.text(5)).value(),
            .error = row.text(6),
            .bytes = static_cast<std::uint64_t>(row.integer(7)),
            .bytesRead = static_cast<std::uint64_t>(row.integer(8)),
            .seen = row.integer(9),
            .fresh = row.integer(10),
            .done = row.integer(11),
            .skipped = row.integer(12),
            .dead = row.integer(13),
            .offersNew = row.integer(14),
            .offersUpdated = row.integer(15),
            .created = row.time(16),
            .updated = row.time(17),
            .finished = row.optionalTime(18)};
}

inline constexpr int firstOfferFact = 15;  // column of the title
inline constexpr int afterOfferFacts = firstOfferFact + 16;

template <class Row>
std::optional<Salary> readSalary(const Row& row, int column) {
    if (row.isNull(column)) return std::nullopt;
    return Salary{.verbatim = row.text(column),
                  .minimum = row.optionalReal(column + 1),
                  .maximum = row.optionalReal(column + 2),
                  .currency = row.text(column + 3),
                  .period = parseName<SalaryPeriod>(row.text(column + 4))};
}

template <class Row>
OfferFacts readFacts(const Row& row, int column) {
    return {.title = row.text(column),
            .company = row.text(column + 1),
            .location = row.text(column + 2),
            .description = row.text(column + 3),
            .applyLink = row.text(column + 4),
            .salary = readSalary(row, column + 5),
            .workMode = parseName<WorkMode>(row.text(column + 10)),
            .employmentType = parseName<EmploymentType>(row.text(column + 11)),
            .seniority = parseName<Seniority>(row.text(column + 12)),
            .posted = dateFromText(row.text(column + 13)),
            .language = row.text(column + 14),
            .skills = namesFromJson(row.text(column + 15))};
}

// A row of the id, anything, and offerColumns.
template <class Row>
StoredOffer readOffer(const Row& row) {
    return {.id = row.integer(0),
            .user = row.integer(2),
            .email = row.text(3),
            .facts = readFacts(row, firstOfferFact),
            .score = {.matchScore = row.number(5),
                      .reason = row.text(6),
                      .technologiesMatched = row.text(7),
                      .criteriaJson = row.text(8),
                      .confidence = row.real(9),
                      .judgedFor = row.integer(afterOfferFacts + 1)},
            .state = parseName<OfferState>(row.text(4)).value(),
            .source = row.text(10),
            .sourceId = row.text(11),
            .firstSeen = row.time(12),
            .lastSeen = row.time(13),
            .sightings = row.number(14),
            .revision = row.integer(afterOfferFacts)};
}

// A row of offerListMarks.
template <class Row>
OfferListMark readListMark(const Row& row) {
    return {.changes = row.integer(1), .email = row.text(2)};
}

// A row of sightingColumns.
template <class Row>
StoredSighting readSighting(const Row& row) {
    return {.message = row.integer(2),
            .seenAt = row.time(1),
            .source = row.text(3),
            .sourceId = row.text(4),
            .sender = row.text(5),
            .subject = row.text(6),
            .facts = factsFromJson(row.text(7)),
            .evidenceJson = row.text(8),
            .sourceText = row.text(9)};
}

// A row of stateChangesOfOffer.
template <class Row>
StateChange readStateChange(const Row& row) {
    return {.at = row.time(0),
            .from = parseName<OfferState>(row.text(1)).value(),
            .to = parseName<OfferState>(row.text(2)).value(),
            .note = row.text(3)};
}

// A row of findGoogleCredential and its like.
template <class Row>
GoogleCredential readCredential(const Row& row) {
    return {.user = row.integer(0),
            .email = row.text(1),
            .sealed = row.text(2),
            .keyId = row.text(3),
            .expiry = row.optionalTime(4),
            .subject = row.text(5),
            .clientId = row.text(6),
            .version = row.integer(7),
            .brokenAt = row.optionalTime(8),
            .brokenReason = row.text(9),
            .connectedAt = row.time(10)};
}

// A row of imapAccountColumns.
template <class Row>
ImapAccount readImapAccount(const Row& row) {
    return {.user = row.integer(0),
            .host = row.text(1),
            .port = static_cast<std::uint16_t>(row.integer(2)),
            .security = parseName<ImapSecurity>(row.text(3)).value(),
            .login = row.text(4),
            .sealed = row.text(5),
            .keyId = row.text(6),
            .token = row.flag(7),
            .version = row.integer(8),
            .brokenAt = row.optionalTime(9),
            .brokenReason = row.text(10),
            .connectedAt = row.time(11)};
}

// A row of mailboxColumns.
template <class Row>
Mailbox readMailbox(const Row& row, Timestamp now) {
    return {.id = row.integer(0),
            .user = row.integer(1),
            .source = row.text(2),
            .settings = row.text(3),
            .cursor = row.text(4),
            .progress = row.text(5),
            .due = row.time(6),
            .asked = row.optionalTime(7),
            .idleRuns = row.number(8),
            .busy = row.time(9) > now,
            .broken = row.flag(10)};
}

// A row of mailboxColumns that has just been leased.
template <class Row>
MailboxLease readLease(const Row& row, Timestamp now) {
    return {
        .key = {.mailbox = row.integer(0), .fence = row.integer(11)}, .mailbox = readMailbox(row, now), .rules = {}};
}

// A row of unfetchedMessages.
template <class Row>
UnfetchedMessage readUnfetched(const Row& row) {
    return {.message = row.integer(0), .sourceId = row.text(1), .attempts = row.number(2), .wanted = row.flag(3)};
}

// A row of rulesOfUser.
template <class Row>
SenderRule readRule(const Row& row) {
    return {.sender = row.text(1), .read = row.flag(2)};
}

// Adds a row of a state and how many messages are in it.
template <class Row>
void addCount(MessageCounts& counts, const Row& row) {
    const std::int64_t count = row.integer(1);
    switch (parseName<MessageState>(row.text(0)).value()) {
        case MessageState::Seen: counts.seen = count; break;
        case MessageState::Queued: counts.queued = count; break;
        case MessageState::Done: counts.done = count; break;
        case MessageState::Skipped: counts.skipped = count; break;
        case MessageState::Dead: counts.dead = count; break;
    }
}

}  // namespace nextjob::store::sql
