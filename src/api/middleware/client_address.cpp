#include "api/middleware/client_address.hpp"

#include "text/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nextjob::api {

namespace ip = boost::asio::ip;
using boost::system::error_code;

namespace {

constexpr unsigned short subscriberPrefix = 64;
// Longer chains of proxies are not followed.
constexpr int mostHops = 20;

// IPv4 in IPv6 ("::ffff:10.0.0.1", as a socket for both reports it) is the IPv4 address.
ip::address plain(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1" or "[2001:db8::1]:4711", as proxies write it.
std::optional<ip::address> readHop(std::string_view text) {
    text = text::trim(text);
    if (text.starts_with('[')) {
        text = text.substr(1, text.find(']') - 1);
    } else if (std::ranges::count(text, ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    error_code error;
    auto address = ip::make_address(text, error);
    if (error) return std::nullopt;
    return plain(address);
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(std::span<const std::string> networks) {
    TrustedProxies proxies;
    for (const auto& text : networks) {
        error_code error;
        const bool whole = !text.contains('/');
        if (text.contains(':')) {
            const auto network = ip::make_network_v6(whole ? text + "/128" : text, error);
            if (!error) proxies.v6_.push_back(network.canonical());
        } else {
            const auto network = ip::make_network_v4(whole ? text + "/32" : text, error);
            if (!error) proxies.v4_.push_back(network.canonical());
        }
        if (error)
            return failure(
                ErrorCode::Invalid,
                fmt::format("\"{}\" is neither an address nor a network. Write it as 10.0.0.1, 10.0.0.0/8 or "
                            "fd00::/8.",
                            text));
    }
    return proxies;
}

bool TrustedProxies::contains(const ip::address& given) const {
    const auto address = plain(given);
    if (address.is_v4())
        return std::ranges::any_of(v4_, [host = address.to_v4()](const auto& network) {
            return ip::network_v4(host, network.prefix_length()).canonical() == network;
        });
    return std::ranges::any_of(v6_, [host = address.to_v6()](const auto& network) {
        return ip::network_v6(host, network.prefix_length()).canonical() == network;
    });
}

ip::address TrustedProxies::clientOf(const ip::address& peer, const Headers& headers) const {
    auto client = plain(peer);
    if (!contains(client)) return client;
    const std::string chain = headers.joined("X-Forwarded-For");
    std::string_view rest = chain;
    for (int hop = 0; hop < mostHops && !rest.empty(); ++hop) {
        const auto comma = rest.rfind(',');
        const auto address = readHop(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        if (!address) break;
        client = *address;
        if (!contains(client) || comma == std::string_view::npos) break;
        rest = rest.substr(0, comma);
    }
    return client;
}

std::string rateLimitKey(const ip::address& address) {
    if (!address.is_v6()) return address.to_string();
    return ip::network_v6(address.to_v6(), subscriberPrefix).canonical().to_string();
}

}  // namespace nextjob::api
