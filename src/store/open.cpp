#include "store/open.hpp"

#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"

#include <boost/url/decode_view.hpp>
#include <boost/url/pct_string_view.hpp>
#include <fmt/format.h>

#include <optional>

namespace nextjob::store {
namespace {

constexpr std::string_view sqliteScheme = "sqlite:///";

Result<std::filesystem::path> sqlitePath(std::string_view databaseUrl) {
    const auto coded = boost::urls::make_pct_string_view(databaseUrl.substr(sqliteScheme.size()));
    if (!coded) {
        return failure(ErrorCode::Invalid,
                       fmt::format("DATABASE_URL {} has a % that is not followed by two hex digits; "
                                   "a plain % is written %25.",
                                   databaseUrl));
    }
    const std::string path = coded->decode();
    if (path.empty() || path.contains('\0')) {
        return failure(ErrorCode::Invalid,
                       fmt::format("DATABASE_URL {} names no file. Write sqlite:////var/lib/nextjob.db "
                                   "(absolute) or sqlite:///nextjob.db (here).",
                                   databaseUrl));
    }
    return path;
}

// Without what may be a password.
std::string_view schemeOf(std::string_view url) { return url.substr(0, url.find(':')); }

}  // namespace

Result<std::unique_ptr<Store>> open(std::string_view databaseUrl, OpenOptions options) {
    if (databaseUrl.starts_with(sqliteScheme)) {
        const auto path = sqlitePath(databaseUrl);
        if (!path) return std::unexpected(path.error());
        return sqlite::SqliteStore::open(*path, options);
    }
    if (databaseUrl.starts_with("postgresql://") || databaseUrl.starts_with("postgres://")) {
        return postgres::PostgresStore::open(std::string(databaseUrl), options);
    }
    return failure(ErrorCode::Invalid,
                   fmt::format("DATABASE_URL begins with \"{}:\", and this build has no engine for that. It has "
                               "sqlite:///relative/path.db, sqlite:////absolute/path.db and "
                               "postgresql://user@host/database.",
                               schemeOf(databaseUrl)));
}

std::string sqliteUrl(const std::filesystem::path& file) {
    constexpr std::string_view plain = "/-_.~";
    std::string url(sqliteScheme);
    for (const char letter : file.string()) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool alphanumeric = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
        if (alphanumeric || plain.contains(letter)) {
            url += letter;
        } else {
            url += fmt::format("%{:02X}", byte);
        }
    }
    return url;
}

std::optional<std::filesystem::path> sqliteFile(std::string_view databaseUrl) {
    if (!databaseUrl.starts_with(sqliteScheme)) return std::nullopt;
    const auto path = sqlitePath(databaseUrl);
    return path ? std::optional(*path) : std::nullopt;
}

}  // namespace nextjob::store
