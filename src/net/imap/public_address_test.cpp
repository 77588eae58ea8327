#include "net/imap/public_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

namespace nextjob::net {

namespace {

sockaddr_storage address(const std::string& text) {
    sockaddr_storage storage{};
    if (text.find(':') == std::string::npos) {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        EXPECT_EQ(::inet_pton(AF_INET, text.c_str(), &four.sin_addr), 1) << text;
        std::memcpy(&storage, &four, sizeof four);
    } else {
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr), 1) << text;
        std::memcpy(&storage, &six, sizeof six);
    }
    return storage;
}

bool isPublic(const std::string& text) {
    const auto storage = address(text);
    return isPublicAddress(reinterpret_cast<const sockaddr&>(storage));
}

bool isLoopback(const std::string& text) {
    const auto storage = address(text);
    return isLoopbackAddress(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace

TEST(PublicAddress, IsWhatAnybodyCanReach) {
    for (const char* good :
         {"8.8.8.8", "172.15.255.255", "172.32.0.1", "192.167.1.1", "100.63.0.1", "100.128.0.1", "223.255.255.1",
          "2a00:1450:4001::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"})
        EXPECT_TRUE(isPublic(good)) << good;
}

TEST(PublicAddress, IsNothingOfTheOperators) {
    for (const char* bad : {"0.0.0.0",
                            "10.1.2.3",
                            "100.64.0.1",
                            "127.0.0.1",
                            "127.255.255.254",
                            "169.254.169.254",
                            "172.16.0.1",
                            "172.31.255.255",
                            "192.0.0.8",
                            "192.0.2.1",
                            "192.168.0.1",
                            "198.18.0.1",
                            "198.19.255.255",
                            "198.51.100.7",
                            "203.0.113.9",
                            "224.0.0.1",
                            "255.255.255.255",
                            "::",
                            "::1",
                            "fe80::1",
                            "fc00::1",
                            "fd12:3456::1",
                            "ff02::1",
                            "fec0::1",
                            "::ffff:127.0.0.1",
                            "::ffff:10.0.0.1",
                            "::127.0.0.1",
                            "64:ff9b::10.0.0.1",
                            "64:ff9b:1::1",
                            "2001::1",
                            "2001:db8::1",
                            "2002:7f00:1::1",
                            "3fff::1",
                            "100::1"})
        EXPECT_FALSE(isPublic(bad)) << bad;
}

TEST(PublicAddress, KnowsThisMachine) {
    for (const char* here : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(isLoopback(here)) << here;
    for (const char* elsewhere : {"128.0.0.1", "::2", "10.0.0.1", "::ffff:10.0.0.1", "0.0.0.0"})
        EXPECT_FALSE(isLoopback(elsewhere)) << elsewhere;
}

}  // namespace nextjob::net
