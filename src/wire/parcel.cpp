#include "wire/parcel.hpp"

#include "wire/read.hpp"
#include "wire/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace nextjob::wire {

namespace {

constexpr std::size_t mostMails = 1000;
constexpr std::int64_t mostShortBytes = 1 << 16;  // of each text but the mail itself
constexpr std::int64_t mostMailBytes = 64 << 20;
constexpr std::size_t texts = 6;
constexpr std::int64_t mostId = 9'007'199'254'740'991;  // whole numbers that every reader of JSON can tell apart

using Id = Whole<1, mostId>;

// A mail in the parcel's first line.
struct MailLine {
    Whole<0, mostId> ticket;
    Whole<0, mostId> message;
    Whole<0, 1'000'000> attempts;
    Id userId;
    Name<MailFormat> format;
    std::optional<Whole<-mostId, mostId>> receivedAtMs;  // milliseconds since 1970
    std::optional<Id> importId;
    Whole<0, mostId> seen;
    bool truncated = false;
    List<Whole<0, mostMailBytes>, texts> sizes;
};
BOOST_DESCRIBE_STRUCT(MailLine, (),
                      (ticket, message, attempts, userId, format, receivedAtMs, importId, seen, truncated, sizes))

struct ProgressLine {
    Id importId;
    Whole<0, mostId> bytesRead;
    Whole<0, mostId> seen;
};
BOOST_DESCRIBE_STRUCT(ProgressLine, (), (importId, bytesRead, seen))

struct LeaseLine {
    Id mailbox;
    Whole<0, mostId> fence;
};
BOOST_DESCRIBE_STRUCT(LeaseLine, (), (mailbox, fence))

struct ParcelLine {
    List<MailLine, mostMails> mails;
    std::optional<ProgressLine> progress;
    std::optional<LeaseLine> lease;
    std::optional<List<Id, mostMails>> left;
};
BOOST_DESCRIBE_STRUCT(ParcelLine, (), (mails, progress, lease, left))

std::array<std::string*, texts> textsOf(RawMessage& raw) {
    return {&raw.key, &raw.source, &raw.sourceId, &raw.subject, &raw.sender, &raw.bytes};
}

// As they are sent: what a hostile mail makes endless is cut.
std::array<std::string_view, texts> textsOf(const RawMessage& raw) {
    const auto cut = [](std::string_view text) { return text.substr(0, mostShortBytes); };
    return {cut(raw.key), cut(raw.source), cut(raw.sourceId), cut(raw.subject), cut(raw.sender), raw.bytes};
}

void appendLine(std::string& out, const ParcelMail& mail) {
    const RawMessage& raw = *mail.raw;
    fmt::format_to(std::back_inserter(out),
                   R"({{"ticket":{},"message":{},"attempts":{},"user_id":{},"format":"{}","received_at_ms":{},)"
                   R"("import_id":{},"seen":{},"truncated":{},"sizes":[)",
                   mail.ticket, mail.message, mail.attempts, raw.user, nameOf(raw.format),
                   raw.receivedAt ? fmt::to_string(raw.receivedAt->time_since_epoch().count()) : "null",
                   raw.import ? fmt::to_string(*raw.import) : "null", raw.seen, raw.truncated);
    for (const auto text : textsOf(raw)) {
        if (out.back() != '[') out += ',';
        out += fmt::to_string(text.size());
    }
    out += "]}";
}

void report(Problems& problems, std::string msg) {
    problems.push_back({.loc = {std::string("body")}, .msg = std::move(msg), .type = "value_error"});
}

// Takes the texts of one mail from the front of `rest`.
bool takeTexts(const MailLine& line, RawMessage& raw, std::string_view& rest, std::size_t place, Problems& problems) {
    const auto& sizes = line.sizes.items;
    const auto all = textsOf(raw);
    const auto wrong = [&](std::string msg) {
        problems.push_back(
            {.loc = {std::string("body"), std::string("mails"), static_cast<std::int64_t>(place), std::string("sizes")},
             .msg = std::move(msg),
             .type = "value_error"});
        return false;
    };
    if (sizes.size() != texts) return wrong(fmt::format("Give {} sizes.", texts));
    for (std::size_t i = 0; i < texts; ++i) {
        const auto size = sizes[i].value;
        if (i + 1 < texts && size > mostShortBytes)
            return wrong(fmt::format("A text beside the mail has {} bytes, more than {}.", size, mostShortBytes));
        if (static_cast<std::size_t>(size) > rest.size()) return wrong("The body ends before this mail does.");
        all[i]->assign(rest.substr(0, static_cast<std::size_t>(size)));
        rest.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

Claim mailOf(const MailLine& line) {
    Claim mail{.ticket = line.ticket.value,
               .message = line.message.value,
               .raw = {},
               .attempts = static_cast<int>(line.attempts.value)};
    mail.raw.user = line.userId.value;
    mail.raw.format = line.format.value;
    if (line.receivedAtMs) mail.raw.receivedAt = Timestamp(std::chrono::milliseconds(line.receivedAtMs->value));
    if (line.importId) mail.raw.import = line.importId->value;
    mail.raw.seen = line.seen.value;
    mail.raw.truncated = line.truncated;
    return mail;
}

}  // namespace

std::string writeParcel(std::span<const ParcelMail> mails, const std::optional<ImportProgress>& progress,
                        const std::optional<LeaseKey>& lease, std::span<const MessageId> left) {
    std::size_t size = 0;
    for (const ParcelMail& mail : mails) {
        size += 256;
        for (const auto text : textsOf(*mail.raw)) size += text.size();
    }
    std::string out;
    out.reserve(size + 256);
    out += R"({"mails":[)";
    for (const ParcelMail& mail : mails) {
        if (out.back() != '[') out += ',';
        appendLine(out, mail);
    }
    out += ']';
    if (progress)
        out += fmt::format(R"(,"progress":{{"import_id":{},"bytes_read":{},"seen":{}}})", progress->import,
                           progress->bytesRead, progress->seen);
    if (lease) out += fmt::format(R"(,"lease":{{"mailbox":{},"fence":{}}})", lease->mailbox, lease->fence);
    if (!left.empty()) out += R"(,"left":)" + write(std::vector<std::int64_t>(left.begin(), left.end()));
    out += "}\n";
    for (const ParcelMail& mail : mails)
        for (const auto text : textsOf(*mail.raw)) out += text;
    return out;
}

std::optional<Parcel> readParcel(std::string_view bytes, Problems& problems) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) {
        report(problems, "Send a line of JSON first, then the mails.");
        return {};
    }
    const auto line = readBody<ParcelLine>(bytes.substr(0, end), problems);
    if (!line) return {};
    Parcel parcel;
    std::string_view rest = bytes.substr(end + 1);
    for (std::size_t i = 0; i < line->mails.items.size(); ++i) {
        parcel.mails.push_back(mailOf(line->mails.items[i]));
        if (!takeTexts(line->mails.items[i], parcel.mails.back().raw, rest, i, problems)) return {};
    }
    if (!rest.empty()) {
        report(problems, fmt::format("There are {} bytes behind the last mail.", rest.size()));
        return {};
    }
    if (const auto& progress = line->progress)
        parcel.progress = {.import = progress->importId.value,
                           .bytesRead = static_cast<std::uint64_t>(progress->bytesRead.value),
                           .seen = progress->seen.value};
    if (const auto& lease = line->lease) parcel.lease = {.mailbox = lease->mailbox.value, .fence = lease->fence.value};
    if (line->left)
        for (const auto& id : line->left->items) parcel.left.push_back(id.value);
    return parcel;
}

std::string sentenceOf(const Problems& problems) {
    std::string said;
    for (const Problem& problem : problems) {
        if (!said.empty()) said += "; ";
        std::string place;
        for (const auto& part : problem.loc) {
            if (!place.empty()) place += '.';
            std::visit([&](const auto& held) { place += fmt::format("{}", held); }, part);
        }
        said += fmt::format("{}: {}", place, problem.msg);
    }
    return said;
}

}  // namespace nextjob::wire
