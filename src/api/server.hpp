#pragma once

#include "api/http_options.hpp"
#include "auth/passwords.hpp"
#include "net/imap/imap_stream.hpp"

#include <spdlog/fwd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::store {
class Store;
}
namespace nextjob::auth {
struct Google;
}
namespace nextjob::ingest {
class Importer;
}
namespace nextjob::net {
class Mailer;
}
namespace nextjob::queue {
class Queue;
}
namespace nextjob::observe {
class Counts;
}
namespace nextjob::analyse {
class Analyser;
class Rescorer;
}  // namespace nextjob::analyse

namespace nextjob::api {

struct ServerOptions {
    HttpOptions http;
    std::filesystem::path spoolDirectory;   // where uploads arrive; must exist
    std::vector<std::string> tokenSecrets;  // the first signs access tokens, each verifies them; 32 bytes or more
    std::chrono::minutes accessTokenLifetime{30};
    std::vector<std::string> serviceTokenSecrets;       // the same for services' tokens; none: services get no tokens
    std::map<std::string, std::string> serviceSecrets;  // what each service proves itself with, by its name
    std::chrono::minutes serviceTokenLifetime{15};
    std::chrono::hours refreshTokenLifetime{24 * 30};
    auth::PasswordCost passwordCost;
    bool registrationOpen = true;  // strangers may make themselves an account
    std::string publicUrl;         // where users reach the server; "" is its own address
    net::ImapRules imap;           // which mail servers users may name
};

// What the API stands on. All of it outlives the server and may be called from any thread.
struct ServerDependencies {
    store::Store& store;
    ingest::Importer& importer;
    analyse::Rescorer& rescorer;
    const analyse::Analyser& analyser;  // knows skills by the names and aliases that users give them
    net::Mailer& mailer;
    std::shared_ptr<spdlog::logger> log;  // gets one line of JSON a request
    queue::Queue& queue;
    auth::Google* google = nullptr;             // null: nobody can connect a Google account
    std::vector<observe::Counts*> counts = {};  // of what runs in this process beside the API, for the metrics
    // Called from any thread when a mailbox is due now.
    std::function<void()> mailboxAsked = [] {};
};

// The HTTP API: event loops on threads of its own, from construction to `drain` or destruction.
class Server {
  public:
    // Listens and answers at once. Throws std::runtime_error in plain English when the address can't be had or an
    // option is wrong.
    Server(const ServerOptions& options, ServerDependencies dependencies);
    // Ends at once what `drain` has not ended.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;

    // Takes no more connections, answers what has been accepted, and returns when all is answered; what takes longer
    // than `patience` is cut off. Returns the number of connections that were.
    std::size_t drain(std::chrono::milliseconds patience);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::api
