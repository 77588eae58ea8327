#include "app/config.hpp"

#include "app/comma_list.hpp"
#include "queue/redis/address.hpp"
#include "store/open.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

namespace nextjob::app {

namespace {

constexpr std::int64_t mostUploadQuota = std::int64_t{1} << 30;  // mebibytes: a pebibyte

Result<std::int64_t> number(const std::string& name, const std::string& text, std::int64_t least, std::int64_t most) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
        return failure(ErrorCode::Invalid, fmt::format("{} is \"{}\", but must be a whole number from {} to {}. "
                                                       "Set it to one, or unset it for the default.",
                                                       name, text, least, most));
    return value;
}

// Absolute, or an Invalid error: a relative path would mean another place for each working directory.
Result<std::filesystem::path> absolutePath(const char* name, const std::string& text) {
    std::filesystem::path path(text);
    if (path.is_absolute()) return path.lexically_normal();
    return failure(ErrorCode::Invalid,
                   fmt::format("{} is \"{}\", but must be an absolute path. Write it from the root, such as "
                               "/var/lib/nextjob.",
                               name, text));
}

Result<std::filesystem::path> dataDirectory(const Environment& environment) {
    if (const auto own = environment.get("NEXTJOB_DATA_DIR")) return absolutePath("NEXTJOB_DATA_DIR", *own);
    // The XDG rules say that a relative XDG_DATA_HOME is to be passed over.
    if (const auto xdg = environment.get("XDG_DATA_HOME"); xdg && xdg->starts_with('/'))
        return std::filesystem::path(*xdg) / "nextjob";
    if (const auto home = environment.get("HOME"); home && home->starts_with('/'))
        return std::filesystem::path(*home) / ".local/share/nextjob";
    return failure(ErrorCode::Invalid,
                   "there is no place for the data: NEXTJOB_DATA_DIR, XDG_DATA_HOME and HOME are all unset. Set "
                   "NEXTJOB_DATA_DIR to a directory.");
}

Result<DatabaseConfig> database(const Environment& environment, const std::filesystem::path& data) {
    const auto url = environment.get("DATABASE_URL");
    if (!url) return DatabaseConfig{.url = store::sqliteUrl(data / "nextjob.db")};
    if (url->starts_with("sqlite:///")) return DatabaseConfig{.url = *url};
    if (url->starts_with("postgresql://") || url->starts_with("postgres://"))
        return DatabaseConfig{.engine = DatabaseEngine::Postgres, .url = *url};
    // Not repeated in full: a mistyped URL may hold a password.
    return failure(ErrorCode::Invalid,
                   fmt::format("DATABASE_URL starts with \"{}\", which is not a known engine. Write "
                               "sqlite:////absolute/path/nextjob.db or postgresql://user@host/database.",
                               url->substr(0, std::min(url->find(':'), std::size_t{16}))));
}

Result<std::optional<std::string>> redis(const Environment& environment) {
    if (auto url = environment.get("REDIS_URL")) {
        if (const auto address = queue::redis::parseAddress(*url); !address) return std::unexpected(address.error());
        return url;
    }
    if (const auto host = environment.get("REDIS_HOST")) {
        const auto port = environment.get("REDIS_PORT").value_or("6379");
        if (const auto valid = number("REDIS_PORT", port, 1, 65535); !valid) return std::unexpected(valid.error());
        const bool bare = host->contains(':') && !host->starts_with('[');  // an IPv6 address
        auto url = fmt::format("redis://{}{}{}:{}/0", bare ? "[" : "", *host, bare ? "]" : "", port);
        if (!queue::redis::parseAddress(url))
            return failure(ErrorCode::Invalid,
                           "REDIS_HOST must be the name or address of a host, such as 127.0.0.1. For "
                           "a password or TLS set REDIS_URL instead.");
        return url;
    }
    return std::nullopt;
}

Result<std::optional<std::string>> secret(const Environment& environment, const std::string& name,
                                          std::size_t minimum) {
    auto value = environment.get(name);
    if (value && value->size() < minimum)
        return failure(ErrorCode::Invalid,
                       fmt::format("{} has {} characters, but needs at least {} to be safe. Make one with: openssl "
                                   "rand -hex 32",
                                   name, value->size(), minimum));
    return value;
}

// SERVICE_SECRET_GMAIL_SERVICE=… is the secret of the service gmail_service.
Result<std::map<std::string, std::string>> serviceSecrets(const Environment& environment) {
    constexpr std::string_view prefix = "SERVICE_SECRET_";
    std::map<std::string, std::string> secrets;
    for (const auto& name : environment.names()) {
        if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
        auto value = secret(environment, name, minimumServiceSecretBytes);
        if (!value) return std::unexpected(value.error());
        if (!*value) continue;
        std::string service = name.substr(prefix.size());
        std::ranges::transform(service, service.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        secrets.emplace(std::move(service), std::move(**value));
    }
    return secrets;
}

Result<> readServer(const Environment& environment, Config& config) {
    if (const auto host = environment.get("HOST")) config.host = *host;
    if (const auto text = environment.get("PORT")) {
        const auto port = number("PORT", *text, 0, 65535);
        if (!port) return std::unexpected(port.error());
        config.port = static_cast<std::uint16_t>(*port);
    }
    if (const auto text = environment.get("ACCESS_TOKEN_LIFETIME_MINUTES")) {
        const auto minutes = number("ACCESS_TOKEN_LIFETIME_MINUTES", *text, 1, 1440);
        if (!minutes) return std::unexpected(minutes.error());
        config.accessTokenLifetime = std::chrono::minutes(*minutes);
    }
    if (const auto text = environment.get("UPLOAD_QUOTA_MIB")) {
        const auto mebibytes = number("UPLOAD_QUOTA_MIB", *text, 1, mostUploadQuota);
        if (!mebibytes) return std::unexpected(mebibytes.error());
        config.uploadQuota = static_cast<std::uint64_t>(*mebibytes) << 20U;
    }
    const auto registration = environment.get("REGISTRATION").value_or("open");
    if (registration != "open" && registration != "closed")
        return failure(ErrorCode::Invalid,
                       fmt::format("REGISTRATION is \"{}\", but must be open or closed.", registration));
    config.registrationOpen = registration == "open";
    config.allowedHosts = commaList(environment.get("ALLOWED_HOSTS").value_or("localhost,127.0.0.1,[::1]"));
    if (config.allowedHosts.empty())
        return failure(ErrorCode::Invalid,
                       "ALLOWED_HOSTS names no host. Write the names that clients use, separated by commas, such as "
                       "jobs.example.org,localhost; or * for any.");
    return {};
}

Result<> readEdge(const Environment& environment, Config& config) {
    config.allowedOrigins = commaList(environment.get("ALLOWED_ORIGINS").value_or(""));
    config.trustedProxies = commaList(environment.get("TRUSTED_PROXIES").value_or(""));
    const auto certificates = environment.get("TLS_CERT_FILE");
    const auto key = environment.get("TLS_KEY_FILE");
    if (certificates.has_value() != key.has_value())
        return failure(ErrorCode::Invalid,
                       fmt::format("{} is set, but {} is not. TLS needs both; unset both for plain HTTP.",
                                   certificates ? "TLS_CERT_FILE" : "TLS_KEY_FILE",
                                   certificates ? "TLS_KEY_FILE" : "TLS_CERT_FILE"));
    if (certificates) {
        auto certificatesPath = absolutePath("TLS_CERT_FILE", *certificates);
        if (!certificatesPath) return std::unexpected(certificatesPath.error());
        auto keyPath = absolutePath("TLS_KEY_FILE", *key);
        if (!keyPath) return std::unexpected(keyPath.error());
        config.tls = TlsConfig{std::move(*certificatesPath), std::move(*keyPath)};
    }
    config.publicUrl = environment.get("PUBLIC_URL").value_or("");
    if (!config.publicUrl.empty() && !config.publicUrl.starts_with("http://")
        && !config.publicUrl.starts_with("https://"))
        return failure(ErrorCode::Invalid,
                       fmt::format("PUBLIC_URL is \"{}\", but must be where users reach the server, such as "
                                   "https://jobs.example.org.",
                                   config.publicUrl));
    while (config.publicUrl.ends_with('/')) config.publicUrl.pop_back();
    if (auto smtp = environment.get("SMTP_URL"))
        config.mail = MailConfig{std::move(*smtp), environment.get("MAIL_FROM").value_or("")};
    return {};
}

// Keys that were replaced, the newest first. Each must have been a good one.
Result<std::vector<std::string>> earlierSecrets(const Environment& environment, const char* name) {
    auto secrets = commaList(environment.get(name).value_or(""));
    for (const auto& secret : secrets)
        if (secret.size() < minimumSecretBytes)
            return failure(ErrorCode::Invalid,
                           fmt::format("{} has a key of {} characters, but each needs at least {}. Write the keys that "
                                       "were replaced, separated by commas.",
                                       name, secret.size(), minimumSecretBytes));
    return secrets;
}

Result<> readSecrets(const Environment& environment, Config& config) {
    auto key = secret(environment, "SECRET_KEY", minimumSecretBytes);
    if (!key) return std::unexpected(key.error());
    auto service = secret(environment, "SERVICE_JWT_SECRET", minimumSecretBytes);
    if (!service) return std::unexpected(service.error());
    auto services = serviceSecrets(environment);
    if (!services) return std::unexpected(services.error());
    if (const auto algorithm = environment.get("SERVICE_JWT_ALG"); algorithm && *algorithm != "HS256")
        return failure(ErrorCode::Invalid,
                       fmt::format("SERVICE_JWT_ALG is \"{}\", but only HS256 is supported. Set it to HS256, or "
                                   "unset it.",
                                   *algorithm));
    auto earlierKeys = earlierSecrets(environment, "SECRET_KEY_PREVIOUS");
    if (!earlierKeys) return std::unexpected(earlierKeys.error());
    auto earlierService = earlierSecrets(environment, "SERVICE_JWT_SECRET_PREVIOUS");
    if (!earlierService) return std::unexpected(earlierService.error());
    config.earlierSecretKeys = std::move(*earlierKeys);
    config.earlierServiceJwtSecrets = std::move(*earlierService);
    auto metrics = secret(environment, "METRICS_TOKEN", minimumServiceSecretBytes);
    if (!metrics) return std::unexpected(metrics.error());
    config.metricsToken = std::move(*metrics);
    config.secretKey = std::move(*key);
    config.serviceJwtSecret = std::move(*service);
    config.serviceSecrets = std::move(*services);
    return {};
}

}  // namespace

Result<Config> readConfig(const Environment& environment) {
    Config config;
    auto data = dataDirectory(environment);
    if (!data) return std::unexpected(data.error());
    config.dataDirectory = std::move(*data);
    auto storage = database(environment, config.dataDirectory);
    if (!storage) return std::unexpected(storage.error());
    config.database = std::move(*storage);
    auto redisUrl = redis(environment);
    if (!redisUrl) return std::unexpected(redisUrl.error());
    config.redisUrl = std::move(*redisUrl);
    if (auto server = readServer(environment, config); !server) return std::unexpected(server.error());
    if (auto edge = readEdge(environment, config); !edge) return std::unexpected(edge.error());
    if (auto secrets = readSecrets(environment, config); !secrets) return std::unexpected(secrets.error());
    auto backend = readBackendConfig(environment);
    if (!backend) return std::unexpected(backend.error());
    config.backend = std::move(*backend);
    auto google = readGoogleConfig(environment);
    if (!google) return std::unexpected(google.error());
    config.google = std::move(*google);
    auto imap = readImapRules(environment);
    if (!imap) return std::unexpected(imap.error());
    config.imap = std::move(*imap);
    return config;
}

Result<> openDataDirectory(const std::filesystem::path& directory) {
    std::error_code error;
    if (directory.has_parent_path()) std::filesystem::create_directories(directory.parent_path(), error);
    if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        return failure(ErrorCode::Unavailable,
                       fmt::format("cannot make the data directory {}: {}. Make it yourself, or set NEXTJOB_DATA_DIR "
                                   "to a directory that you may write.",
                                   directory.string(), std::generic_category().message(errno)));
    if (!std::filesystem::is_directory(directory, error))
        return failure(ErrorCode::Invalid,
                       fmt::format("the data directory {} is not a directory. Move that file away, or set "
                                   "NEXTJOB_DATA_DIR to another place.",
                                   directory.string()));
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0)
        return failure(ErrorCode::Unavailable,
                       fmt::format("cannot write in the data directory {}: {}. Change its owner or mode, or set "
                                   "NEXTJOB_DATA_DIR to another place.",
                                   directory.string(), std::generic_category().message(errno)));
    return {};
}

}  // namespace nextjob::app
