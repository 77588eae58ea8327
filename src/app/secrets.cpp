#include "app/secrets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace nextjob::app {

namespace {

std::string newSecret() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium found no source of random numbers");
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 2 * bytes.size() + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
    return hex.data();
}

Error systemError(const char* what, const std::filesystem::path& path) {
    return {ErrorCode::Unavailable, fmt::format("{} {}: {}. Check the owner and mode of the data directory.", what,
                                                path.string(), std::generic_category().message(errno))};
}

bool writeAll(int file, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(file) == 0;
}

// Makes the file whole or not at all: of two processes that start at once, one makes it and both read it.
Result<> makeFile(const std::filesystem::path& path) {
    const auto temporary = path.string() + "." + std::to_string(::getpid());
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return std::unexpected(systemError("cannot write", temporary));
    const auto text = fmt::format(
        "# Made by nextjob at its first start. Who has these keys can sign in as anyone: keep them to yourself.\n"
        "SECRET_KEY={}\nSERVICE_JWT_SECRET={}\n",
        newSecret(), newSecret());
    bool made = writeAll(file, text);
    ::close(file);
    made = made && (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
    Result<> result;
    if (!made) result = std::unexpected(systemError("cannot write", path));
    ::unlink(temporary.c_str());
    return result;
}

Result<std::map<std::string, std::string>> readFile(const std::filesystem::path& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno != ENOENT) return std::unexpected(systemError("cannot read", path));
        if (auto made = makeFile(path); !made) return std::unexpected(made.error());
        if (::stat(path.c_str(), &status) != 0) return std::unexpected(systemError("cannot read", path));
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return failure(ErrorCode::Invalid,
                       fmt::format("{} can be read by other users of this machine. Run: chmod 600 '{}'", path.string(),
                                   path.string()));
    std::ifstream file(path);
    if (!file) return std::unexpected(systemError("cannot read", path));
    std::map<std::string, std::string> values;
    for (std::string line; std::getline(file, line);) {
        const auto equals = line.find('=');
        if (line.starts_with('#') || equals == std::string::npos) continue;
        values[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return values;
}

}  // namespace

Result<Secrets> openSecrets(const Config& config) {
    Secrets secrets{config.secretKey.value_or(""), config.serviceJwtSecret.value_or("")};
    const auto path = config.dataDirectory / "secrets.env";
    std::map<std::string, std::string> kept;
    if (config.database.engine == DatabaseEngine::Sqlite
        && (secrets.secretKey.empty() || secrets.serviceJwtSecret.empty())) {
        auto values = readFile(path);
        if (!values) return std::unexpected(values.error());
        kept = std::move(*values);
    }
    for (auto [name, value] :
         {std::pair{"SECRET_KEY", &secrets.secretKey}, std::pair{"SERVICE_JWT_SECRET", &secrets.serviceJwtSecret}}) {
        if (!value->empty()) continue;
        if (config.database.engine == DatabaseEngine::Postgres)
            return failure(ErrorCode::Invalid,
                           fmt::format("{} is not set. With PostgreSQL every server must have the same one: make it "
                                       "with `openssl rand -hex 32` and set {} on each of them.",
                                       name, name));
        *value = kept[name];
        if (value->size() < minimumSecretBytes)
            return failure(ErrorCode::Invalid,
                           fmt::format("{} in {} is missing or too short. Set {} to the output of `openssl rand -hex "
                                       "32`, or remove the file to have new ones made, which signs everyone out.",
                                       name, path.string(), name));
    }
    return secrets;
}

std::vector<std::string> tokenSecrets(const Config& config, const Secrets& secrets) {
    std::vector<std::string> all{secrets.secretKey};
    all.insert(all.end(), config.earlierSecretKeys.begin(), config.earlierSecretKeys.end());
    return all;
}

}  // namespace nextjob::app
