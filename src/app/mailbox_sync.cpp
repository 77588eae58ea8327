#include "app/mailbox_sync.hpp"

#include "ingest/gmail/gmail_sync.hpp"
#include "ingest/imap/imap_sync.hpp"
#include "observe/sync_metrics.hpp"

namespace nextjob::app {

MailboxSync::MailboxSync(ingest::SyncBackend& backend, net::HttpClient& http, const std::optional<GoogleConfig>& google,
                         ingest::ImapClient* imap, observe::SyncMetrics& metrics, std::shared_ptr<spdlog::logger> log)
    : imap_(imap) {
    std::vector<std::unique_ptr<ingest::SourceSync>> sources;
    if (google) {
        const auto tokens = [&backend](UserId user, std::string refused, std::stop_token stop) {
            return backend.gmailToken(user, std::move(refused), std::move(stop));
        };
        const auto count = [&metrics](std::string_view call, std::string_view outcome) {
            metrics.countCall("gmail", call, outcome);
        };
        gmail_.emplace(http, tokens, ingest::GmailClientOptions{.url = google->gmailUrl, .count = count});
        sources.push_back(std::make_unique<ingest::GmailSync>(*gmail_, google->pubsubTopic));
    }
    if (imap != nullptr) sources.push_back(std::make_unique<ingest::ImapSync>(*imap));
    if (!sources.empty()) workers_.emplace(backend, std::move(sources), metrics, std::move(log));
}

void MailboxSync::stop() {
    if (imap_ != nullptr) imap_->stop();
    if (gmail_) gmail_->breakOff();
    if (workers_) workers_->stop();
}

}  // namespace nextjob::app
