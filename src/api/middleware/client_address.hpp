#pragma once

#include "api/http.hpp"
#include "model/error.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <span>
#include <string>
#include <vector>

namespace nextjob::api {

// The proxies whose word on a client's address is taken. Immutable; may be used from any thread.
class TrustedProxies {
  public:
    // Addresses and networks: "127.0.0.1", "10.0.0.0/8", "fd00::/8". Invalid names the one that is neither.
    static Result<TrustedProxies> parse(std::span<const std::string> networks);

    bool contains(const boost::asio::ip::address& address) const;

    // The peer, unless it is a trusted proxy: then the last address of X-Forwarded-For that is none, for what stands
    // before it is only what that client says.
    boost::asio::ip::address clientOf(const boost::asio::ip::address& peer, const Headers& headers) const;

  private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

// What limits count as one client: an IPv4 address, or the /64 network that one subscriber has of IPv6.
std::string rateLimitKey(const boost::asio::ip::address& address);

}  // namespace nextjob::api
