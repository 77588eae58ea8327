#include "net/imap/public_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace nextjob::net {

namespace {

using Bytes = std::array<unsigned char, 16>;

struct Net4 {
    std::uint32_t begin;
    unsigned bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c = 0, unsigned d = 0) {
    return a << 24U | b << 16U | c << 8U | d;
}

constexpr std::array special4{
    Net4{v4(0, 0), 8},         Net4{v4(10, 0), 8},     Net4{v4(100, 64), 10}, Net4{v4(127, 0), 8},
    Net4{v4(169, 254), 16},    Net4{v4(172, 16), 12},  Net4{v4(192, 0), 24},  Net4{v4(192, 0, 2), 24},
    Net4{v4(192, 88, 99), 24}, Net4{v4(192, 168), 16}, Net4{v4(198, 18), 15}, Net4{v4(198, 51, 100), 24},
    Net4{v4(203, 0, 113), 24}, Net4{v4(224, 0), 4},    Net4{v4(240, 0), 4},
};

bool isPublic4(std::uint32_t address) {
    return std::ranges::none_of(special4, [&](Net4 net) { return ((address ^ net.begin) >> (32 - net.bits)) == 0; });
}

std::uint32_t number(std::span<const unsigned char, 4> bytes) { return v4(bytes[0], bytes[1], bytes[2], bytes[3]); }

struct Net6 {
    Bytes begin;
    unsigned bits;
};

// Of 2000::/3, where all that is public is: what is not, and what wraps IPv4 or another protocol in itself.
constexpr std::array special6{
    Net6{{0x20, 0x01, 0x00}, 23},        // 2001::/23: protocols' own, Teredo among them
    Net6{{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    Net6{{0x20, 0x02}, 16},              // 6to4
    Net6{{0x3f, 0xff, 0x00}, 20},        // documentation
};

bool within(const Bytes& address, const Net6& net) {
    for (unsigned bit = 0; bit < net.bits; ++bit) {
        const unsigned shift = 7 - bit % 8;
        const unsigned differing = unsigned{address[bit / 8]} ^ unsigned{net.begin[bit / 8]};
        if ((differing >> shift & 1U) != 0) return false;
    }
    return true;
}

// The IPv4 address that stands for itself in an IPv6 one: ::ffff:a.b.c.d, and 64:ff9b::a.b.c.d of translators.
std::optional<std::uint32_t> wrapped(const Bytes& address) {
    constexpr Net6 mapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
    constexpr Net6 translated{{0x00, 0x64, 0xff, 0x9b}, 96};
    if (!within(address, mapped) && !within(address, translated)) return std::nullopt;
    return number(std::span(address).last<4>());
}

Bytes bytesOf(const sockaddr& address) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    Bytes bytes{};
    std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
    return bytes;
}

std::uint32_t numberOf(const sockaddr& address) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return ntohl(four.sin_addr.s_addr);
}

}  // namespace

bool isPublicAddress(const sockaddr& address) {
    if (address.sa_family == AF_INET) return isPublic4(numberOf(address));
    if (address.sa_family != AF_INET6) return false;
    const Bytes bytes = bytesOf(address);
    if (const auto four = wrapped(bytes)) return isPublic4(*four);
    const bool global = (bytes[0] & 0xE0U) == 0x20U;
    return global && std::ranges::none_of(special6, [&](const Net6& net) { return within(bytes, net); });
}

bool isLoopbackAddress(const sockaddr& address) {
    if (address.sa_family == AF_INET) return numberOf(address) >> 24U == 127;
    if (address.sa_family != AF_INET6) return false;
    const Bytes bytes = bytesOf(address);
    if (const auto four = wrapped(bytes)) return *four >> 24U == 127;
    return std::ranges::all_of(std::span(bytes).first(15), [](unsigned char byte) { return byte == 0; })
           && bytes[15] == 1;
}

}  // namespace nextjob::net
