#include "queue/redis/address.hpp"

#include <gmock/gmock.h>

namespace nextjob::queue::redis {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RedisAddress, SaysHostUserPasswordAndDatabase) {
    const auto address = parseAddress("redis://worker:p%40ss%3Aword@jobs.example.org:6380/3");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "jobs.example.org");
    EXPECT_EQ(address->port, 6380);
    EXPECT_EQ(address->user, "worker");
    EXPECT_EQ(address->password, "p@ss:word");
    EXPECT_EQ(address->database, 3);
    EXPECT_FALSE(address->tls);
    EXPECT_EQ(address->shown(), "redis://jobs.example.org:6380/3");
}

TEST(RedisAddress, HasTheUsualPortAndDatabaseUnlessSaid) {
    const auto address =
        parseAddress("rediss://:secret@[::1]?cafile=/etc/ca.pem&certfile=/etc/c.pem&keyfile=/etc/k.pem");
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_TRUE(address->tls);
    EXPECT_EQ(address->host, "::1");
    EXPECT_EQ(address->port, 6379);
    EXPECT_EQ(address->user, "");
    EXPECT_EQ(address->password, "secret");
    EXPECT_EQ(address->caFile, "/etc/ca.pem");
    EXPECT_EQ(address->shown(), "rediss://[::1]:6379/0");
}

TEST(RedisAddress, MayBeASocket) {
    const auto address = parseAddress("unix:///run/redis/redis%20one.sock?db=2&password=secret");
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(address->socketPath, "/run/redis/redis one.sock");
    EXPECT_EQ(address->database, 2);
    EXPECT_EQ(address->password, "secret");
    EXPECT_THAT(address->shown(), Not(HasSubstr("secret")));
}

TEST(RedisAddress, SaysWhatIsWrongWithoutThePassword) {
    for (const char* url :
         {"redis://", "redis:///0", "http://host/0", "redis://u:hunter2@host/zero", "unix://",
          "redis://u:hunter2@host/0?retry=1", "rediss://u:hunter2@host?certfile=/c.pem", "redis://user@host",
          "redis://u:hunter2@host:0", "redis://u:hunter2 @host", "redis://h/-1"}) {
        const auto address = parseAddress(url);
        ASSERT_FALSE(address) << url;
        EXPECT_EQ(address.error().code, ErrorCode::Invalid);
        EXPECT_THAT(address.error().message, HasSubstr("REDIS_URL"));
        EXPECT_THAT(address.error().message, Not(HasSubstr("hunter2"))) << url;
    }
}

}  // namespace
}  // namespace nextjob::queue::redis
