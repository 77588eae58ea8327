#pragma once

#include "ingest/sync/sync_backend.hpp"
#include "model/run_on.hpp"
#include "net/imap/imap_session.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace nextjob::ingest {

struct ImapClientOptions {
    net::ImapRules rules{};    // `stopping` is the client's own
    std::size_t threads = 16;  // for mailboxes that wait for their mail servers at once
    int connections = 200;     // at once; past it a call is Unavailable
    net::ImapSessionLimits limits{};
};

// Connections to users' IMAP servers, and the threads on which they block. Shared by all threads; outlives its
// sessions.
class ImapClient {
  public:
    // A session that counts as one of the client's.
    class Session {
      public:
        net::ImapSession* operator->() const { return session_.get(); }

      private:
        friend class ImapClient;
        explicit Session(ImapClient& of) : count_(&of.open_, &ImapClient::leave) {}

        std::unique_ptr<net::ImapSession> session_;
        std::unique_ptr<std::atomic<int>, void (*)(std::atomic<int>*)> count_;  // gives its place back
    };

    explicit ImapClient(ImapClientOptions options);
    ~ImapClient();
    ImapClient(const ImapClient&) = delete;
    ImapClient& operator=(const ImapClient&) = delete;

    // Connected and signed in. Blocks: for `run`.
    net::ImapResult<Session> open(const ImapLogin& login);

    // Blocking work on the client's threads; it may refer to what its caller keeps.
    template <class Work>
    auto run(Work work) {
        return runOn(threads_.get_executor(), std::move(work));
    }

    // What blocks ends within a second, as does all that begins later.
    void stop() { stopping_ = true; }

    const net::ImapRules& rules() const { return options_.rules; }

  private:
    static void leave(std::atomic<int>* open) { --*open; }

    std::atomic<bool> stopping_{false};
    std::atomic<int> open_{0};
    const ImapClientOptions options_;
    boost::asio::thread_pool threads_;
};

net::ImapServer serverOf(const ImapLogin& login);

}  // namespace nextjob::ingest
