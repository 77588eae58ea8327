#include "queue/redis/address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <charconv>

namespace nextjob::queue::redis {

namespace {

constexpr int maximumDatabase = 1'000'000;

std::unexpected<Error> refused(std::string_view what) {
    return failure(ErrorCode::Invalid,
                   fmt::format("REDIS_URL {}. Write redis://user:password@host:6379/0, rediss:// for TLS, or "
                               "unix:///run/redis/redis.sock?db=0; what has / @ or : in a password as %2F %40 %3A.",
                               what));
}

Result<int> databaseNumber(std::string_view text) {
    int number = 0;
    if (text.empty()) return number;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > maximumDatabase)
        return refused(fmt::format("names the database \"{}\", which is no number", text));
    return number;
}

// Takes what stands behind the question mark.
Result<void> readOptions(const boost::urls::url_view& url, Address& address) {
    for (const auto& option : url.params()) {
        std::string* text = option.key == "cafile"     ? &address.caFile
                            : option.key == "certfile" ? &address.certificateFile
                            : option.key == "keyfile"  ? &address.keyFile
                            : option.key == "password" ? &address.password
                                                       : nullptr;
        if (text != nullptr) {
            *text = option.value;
        } else if (option.key == "db") {
            const auto number = databaseNumber(option.value);
            if (!number) return std::unexpected(number.error());
            address.database = *number;
        } else {
            return refused(fmt::format("has the option \"{}\", which is not known", option.key));
        }
    }
    if (address.certificateFile.empty() != address.keyFile.empty())
        return refused("has one of certfile and keyfile, but needs both or none");
    return {};
}

}  // namespace

std::string Address::shown() const {
    if (!socketPath.empty()) return fmt::format("unix://{}?db={}", socketPath, database);
    const bool bare = host.contains(':');  // an IPv6 address
    return fmt::format("{}://{}{}{}:{}/{}", tls ? "rediss" : "redis", bare ? "[" : "", host, bare ? "]" : "", port,
                       database);
}

Result<Address> parseAddress(std::string_view text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url) return refused("is no URL");
    Address address;
    address.user = url->user();
    address.password = url->password();
    address.tls = url->scheme() == "rediss";
    std::string path = url->path();
    if (url->scheme() == "unix") {
        if (path.size() < 2) return refused("names no socket");
        address.socketPath = std::move(path);
    } else if (url->scheme() == "redis" || address.tls) {
        address.host = url->host_address();
        if (address.host.empty()) return refused("names no host");
        if (url->has_port()) address.port = url->port_number();
        if (address.port == 0) return refused("names a port that is none");
        const auto number = databaseNumber(std::string_view(path).substr(path.empty() ? 0 : 1));
        if (!number) return std::unexpected(number.error());
        address.database = *number;
    } else {
        return refused(fmt::format("starts with \"{}:\", which is not known", std::string(url->scheme())));
    }
    if (auto read = readOptions(*url, address); !read) return std::unexpected(read.error());
    if (!address.user.empty() && address.password.empty()) return refused("has a user without a password");
    return address;
}

}  // namespace nextjob::queue::redis
