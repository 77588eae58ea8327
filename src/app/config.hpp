#pragma once

#include "app/backend_config.hpp"
#include "app/environment.hpp"
#include "app/google_config.hpp"
#include "app/imap_config.hpp"
#include "model/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::app {

enum class DatabaseEngine : std::uint8_t { Sqlite, Postgres };

struct DatabaseConfig {
    DatabaseEngine engine = DatabaseEngine::Sqlite;
    std::string url;  // may hold a password: never print it
};

struct TlsConfig {
    std::filesystem::path certificates, key;
};

struct MailConfig {
    std::string smtpUrl;  // may hold a password: never print it
    std::string from;
};

// Everything that the environment says, checked. Read once at the start of a command.
struct Config {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8000;  // 0 lets the system choose one
    std::filesystem::path dataDirectory;
    DatabaseConfig database;
    std::optional<std::string> redisUrl;  // of the queue; may hold a password: never print it
    std::chrono::minutes accessTokenLifetime{30};
    std::uint64_t uploadQuota = std::uint64_t{50} << 30U;  // bytes of a user's files that are not read yet
    std::vector<std::string> allowedHosts;                 // of the Host header, without port; "*" allows any
    std::vector<std::string> allowedOrigins;               // of pages that may call from a browser; "*" allows any
    std::vector<std::string> trustedProxies;               // addresses and networks
    std::optional<TlsConfig> tls;                          // plain HTTP without
    std::string publicUrl;                                 // where users reach the server; "" when not said
    bool registrationOpen = true;                          // strangers may make themselves an account
    std::optional<MailConfig> mail;                        // without, mails go to the log
    std::optional<std::string> secretKey;                  // signs users' tokens
    std::optional<std::string> serviceJwtSecret;           // signs services' tokens
    std::vector<std::string> earlierSecretKeys;            // still verify users' tokens
    std::vector<std::string> earlierServiceJwtSecrets;     // still verify services' tokens
    std::map<std::string, std::string> serviceSecrets;     // by service name: gmail_service, …
    std::optional<std::string> metricsToken;               // for GET /metrics from other machines
    std::optional<BackendConfig> backend;                  // elsewhere, of a process without the api role
    std::optional<GoogleConfig> google;                    // no Google accounts without
    net::ImapRules imap;                                   // which mail servers users may name
};

// The shortest secrets that are let pass. A key that signs tokens can be guessed at offline, with every token
// to test against; a service's secret only over the network.
inline constexpr std::size_t minimumSecretBytes = 32;
inline constexpr std::size_t minimumServiceSecretBytes = 12;

// Reads and checks the environment. An Invalid error names the variable, what is wrong with it and how to mend
// it. Touches no file.
Result<Config> readConfig(const Environment& environment);

// Makes the data directory (mode 0700) when it is missing and checks that it can be written. Unavailable or
// Invalid, naming the path and the remedy.
Result<> openDataDirectory(const std::filesystem::path& directory);

}  // namespace nextjob::app
