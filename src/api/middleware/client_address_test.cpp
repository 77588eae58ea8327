#include "api/middleware/client_address.hpp"

#include <gtest/gtest.h>

namespace nextjob::api {
namespace {

using boost::asio::ip::make_address;

std::string clientOf(const std::vector<std::string>& trusted, const char* peer,
                     const std::vector<std::string>& forwarded) {
    Headers headers;
    for (const auto& value : forwarded) headers.add("x-forwarded-for", value);
    return TrustedProxies::parse(trusted).value().clientOf(make_address(peer), headers).to_string();
}

TEST(TrustedProxies, AStrangersWordOnItsAddressIsNotTaken) {
    EXPECT_EQ(clientOf({}, "203.0.113.5", {"198.51.100.1"}), "203.0.113.5");
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "203.0.113.5", {"198.51.100.1"}), "203.0.113.5");
}

TEST(TrustedProxies, TheClientIsTheLastAddressThatNoTrustedProxyHas) {
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "10.1.2.3", {"1.1.1.1, 198.51.100.1, 10.9.9.9"}), "198.51.100.1");
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "10.1.2.3", {"1.1.1.1", "198.51.100.1"}), "198.51.100.1");
    EXPECT_EQ(clientOf({"fd00::/8"}, "fd00::1", {"[2001:db8::7]:4711"}), "2001:db8::7");
    EXPECT_EQ(clientOf({"127.0.0.1"}, "::ffff:127.0.0.1", {"198.51.100.1:99"}), "198.51.100.1");
}

TEST(TrustedProxies, WhatIsNoAddressEndsTheChain) {
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "10.1.2.3", {"unknown"}), "10.1.2.3");
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "10.1.2.3", {"198.51.100.1, <script>, 10.0.0.7"}), "10.0.0.7");
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "10.1.2.3", {""}), "10.1.2.3");
}

TEST(TrustedProxies, SaysWhichNetworkIsWrong) {
    for (const std::string wrong : {"10.0.0.0/33", "example.org", "::1/129", ""}) {
        const auto parsed = TrustedProxies::parse(std::vector{wrong});
        ASSERT_FALSE(parsed) << wrong;
        EXPECT_TRUE(parsed.error().message.contains('"' + wrong + '"'));
    }
}

TEST(RateLimitKey, TakesANetworkOfIPv6AsOneClient) {
    EXPECT_EQ(rateLimitKey(make_address("2001:db8:1:2:3:4:5:6")), rateLimitKey(make_address("2001:db8:1:2::9")));
    EXPECT_NE(rateLimitKey(make_address("2001:db8:1:2::1")), rateLimitKey(make_address("2001:db8:1:3::1")));
    EXPECT_NE(rateLimitKey(make_address("192.0.2.1")), rateLimitKey(make_address("192.0.2.2")));
}

}  // namespace
}  // namespace nextjob::api
