#include "analyse/extract/kind.hpp"

#include <algorithm>
#include <set>

namespace nextjob::analyse {

namespace {

constexpr std::uint32_t judgedBytes = 6000;  // of the body: what a mail is, it says early

bool personal(const mail::Message& message) {
    if (message.bulk || !message.from) return false;
    const auto& address = message.from->address;
    for (const std::string_view robot : {"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply",
                                         "notification", "alert", "newsletter", "news@", "mailer"}) {
        if (address.contains(robot)) return false;
    }
    return true;
}

}  // namespace

KindScores scoreKinds(const Page& page) {
    KindScores scores;
    const auto& document = page.document();
    const auto limit = document.headers.end + judgedBytes;
    std::set<std::pair<std::uint8_t, std::string_view>> seen;
    for (const auto& hit : page.hits()) {
        const auto span = page.spanOf(hit);
        if (span.begin > limit && !document.plain.contains(span)) break;
        if (document.fromLine.contains(span)) continue;
        if (hit.topic == Topic::Announced) scores.announced = true;
        if (hit.topic == Topic::ConnectorHiring) scores.hiring = true;
        if (hit.topic != Topic::Kind) continue;
        if (!seen.insert({hit.value, page.slice(span)}).second) continue;
        const bool subject = document.subjectLine.contains(span);
        // A long phrase is surer than a short one.
        const double weight = (subject ? 2.0 : 1.0) * (hit.words >= 3 ? 1.0 : 0.7);
        scores.byKind[hit.value] += weight;
    }
    return scores;
}

MailKind decideKind(const KindScores& scores, const RecordFacts& facts, const mail::Message& message,
                    const SenderProfile* sender) {
    const bool board = sender != nullptr && sender->board;
    const auto of = [&](MailKind kind) { return scores.of(kind); };
    // A list of offers with links to them is an alert whatever else it says.
    if (facts.jobLinks >= 3 && facts.complete >= 2) return MailKind::Alert;
    const double application = of(MailKind::Application), interview = of(MailKind::Interview),
                 rejection = of(MailKind::Rejection);
    const double process = std::max({application, interview, rejection});
    const double alertWords = of(MailKind::Alert) + (scores.announced ? 1 : 0);
    // Shops list things with links, too: offers have places, or the mail speaks of jobs.
    const bool list = facts.offers >= 2 && facts.linked >= 2 && facts.complete >= 2
                      && (alertWords > 0 || facts.places * 2 >= facts.offers);
    const double alert =
        alertWords + (list ? 1.5 : 0) + (facts.jobLinks >= 1 ? 0.7 : 0) + (board && facts.offers >= 1 ? 0.5 : 0);
    // One title in a mail that speaks of an application is what was applied for.
    const bool processed = process >= 1 ? process >= alert : process > 0 && facts.offers == 1 && process >= alertWords;
    if (processed && process >= of(MailKind::NotJob) && process >= of(MailKind::Recruiter)) {
        // Mails that reject thank for the application first, and mails that invite speak of it.
        if (rejection >= 1 && (rejection >= 1.4 || rejection + 1.5 >= process)) return MailKind::Rejection;
        if (interview >= 1 && interview + 1 >= process) return MailKind::Interview;
        if (application > 0) return MailKind::Application;
        return interview >= rejection ? MailKind::Interview : MailKind::Rejection;
    }
    const double recruiter = of(MailKind::Recruiter) + (personal(message) ? 0.7 : 0);
    const bool letter = personal(message) && facts.letterTitle && facts.offers < 2 && scores.hiring
                        && of(MailKind::NotJob) < 1 && !board;
    if (letter
        || (recruiter >= 1 && of(MailKind::Recruiter) > 0 && recruiter >= alert
            && (facts.letterTitle || facts.offers > 0)))
        return MailKind::Recruiter;
    const bool unlinked = facts.linked == 0 && of(MailKind::NotJob) >= 1 && facts.offers < 2;
    const bool offers = facts.offers >= 1 && (facts.complete >= 1 || facts.jobLinks >= 1) && !unlinked;
    const bool elsewhere = facts.jobLinks == 0 && of(MailKind::NotJob) > alertWords;
    const bool boardOffer = board && facts.places >= 1 && facts.linked >= 1 && of(MailKind::NotJob) == 0;
    if (offers && (facts.jobLinks >= 1 || alert >= 1 || boardOffer) && !elsewhere) return MailKind::Alert;
    return MailKind::NotJob;
}

std::optional<int> announcedCount(const Page& page) {
    for (const auto& hit : page.hits()) {
        if (hit.topic != Topic::Announced) continue;
        int count = -1;
        for (const auto& word : page.words(page.spanOf(hit))) {
            if (!word.number) continue;
            count = 0;
            for (const char c : page.slice(word.span)) {
                if (c >= '0' && c <= '9' && count < 100'000) count = count * 10 + (c - '0');
            }
        }
        if (count >= 0) return count;
    }
    return std::nullopt;
}

}  // namespace nextjob::analyse
