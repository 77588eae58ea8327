#include "net/letter_text.hpp"

#include "mail/message.hpp"

#include <gtest/gtest.h>

namespace nextjob::net {
namespace {

std::string written(const Letter& letter) {
    return messageText(letter, "NextJob AI <jobs@example.org>", "1@example.org", std::chrono::system_clock::now());
}

TEST(MessageText, ComesBackAsItWasMeant) {
    const Letter letter{.to = "ada@example.org",
                        .subject = "Your new password",
                        .text = "Zoë,\n\nfollow https://jobs.example.org/reset?token=" + std::string(200, 'x')
                                + "=\n.\nline that ends in a blank \n"};
    const auto message = mail::parseMessage(written(letter));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->subject, letter.subject);
    EXPECT_EQ(message->from->address, "jobs@example.org");
    EXPECT_NE(message->document->text.find("token=" + std::string(200, 'x') + "="), std::string::npos);
    EXPECT_NE(message->document->text.find("Zoë"), std::string::npos);
}

TEST(MessageText, NoHeaderAndNoEndComesInThroughAField) {
    const std::string text = written({.to = "a@example.org\r\nBcc: eve@example.org",
                                      .subject = "x\nBcc: eve@example.org",
                                      .text = "\n.\nRCPT TO:<eve@example.org>\n"});
    EXPECT_EQ(text.find("\nBcc:"), std::string::npos);
    EXPECT_EQ(text.find("\r\n.\r\n"), std::string::npos);
    for (std::size_t begin = 0, end = 0; (end = text.find("\r\n", begin)) != std::string::npos; begin = end + 2)
        EXPECT_LE(end - begin, 200U);
}

TEST(AddressIn, TakesTheAddressAloneOrInAngles) {
    EXPECT_EQ(addressIn("jobs@example.org"), "jobs@example.org");
    EXPECT_EQ(addressIn("NextJob AI <jobs@example.org>"), "jobs@example.org");
}

}  // namespace
}  // namespace nextjob::net
