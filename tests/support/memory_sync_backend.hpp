#pragma once

#include "ingest/sync/sync_backend.hpp"
#include "model/message_record.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace nextjob::test {

// A backend in memory that tests look into: mailboxes, their ledger, and what was accepted. From any thread.
class MemorySyncBackend final : public ingest::SyncBackend {
  public:
    struct Row {
        MessageId id = 0;
        std::string sourceId;
        MessageState state = MessageState::Seen;
        std::string reason{};
        int attempts = 0;
        bool wanted = false;
        Timestamp nextTry{};
    };
    struct Box {
        Mailbox mailbox;
        std::int64_t fence = 0;
        bool held = false;
        std::vector<Row> rows{};
        std::vector<SenderRule> rules{};
        int leases = 0, extended = 0;
        std::optional<SyncEnd> lastEnd{};
    };

    Box& add(MailboxId id, const std::string& source);
    // A copy, whatever is going on.
    Box box(MailboxId id);
    void change(MailboxId id, const std::function<void(Box&)>& how);
    std::vector<RawMessage> acceptedSoFar();

    // Asked before each call by its name; an error ends it.
    std::function<std::optional<Error>(const std::string& call)> trouble = nullptr;
    // Asked for each message that is to be accepted.
    std::function<std::optional<Error>(const RawMessage&)> refuse = nullptr;
    std::function<Result<std::string>(UserId, std::string)> tokens = nullptr;

    Task<Result<std::vector<MailboxLease>>> lease(std::vector<std::string> sources, int count,
                                                  std::chrono::milliseconds wait) override;
    Task<Result<void>> extend(LeaseKey key) override;
    Task<Result<std::string>> gmailToken(UserId user, std::string refused, std::stop_token stop) override;
    Task<Result<ingest::ImapLogin>> imapLogin(UserId user) override;
    Task<Result<void>> imapRefused(UserId user, std::int64_t version, std::string reason) override;
    Task<Result<int>> advance(LeaseKey key, std::string cursor, std::string progress,
                              std::vector<std::string> seen) override;
    Task<Result<std::vector<UnfetchedMessage>>> toFetch(LeaseKey key, int limit) override;
    Task<Result<void>> end(LeaseKey key, std::vector<FetchOutcome> outcomes) override;
    Task<Result<void>> finish(LeaseKey key, SyncEnd end) override;
    Task<Result<queue::Accepted>> accept(LeaseKey key, std::vector<RawMessage> messages) override;

  private:
    std::vector<MailboxLease> take(const std::vector<std::string>& sources, int count);
    template <class T, class Work>
    Result<T> with(const char* call, LeaseKey key, Work work);

    std::mutex mutex_;
    std::map<MailboxId, Box> boxes_;  // guarded by mutex_, as is the rest
    std::vector<RawMessage> accepted_;
    MessageId ids_ = 0;
};

}  // namespace nextjob::test
