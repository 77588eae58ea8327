#include "api/multipart.hpp"

#include <gtest/gtest.h>

namespace nextjob::api {

namespace {

const std::string form =
    "ignored preamble\r\n--XYZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
    "--XYZ  \r\ncontent-disposition: form-data; name=\"mail\"; filename=\"C:\\mail\\my;box.mbox\"\r\n"
    "Content-Type: application/mbox\r\n\r\nFrom a\r\n--XY\r\n\r--XYZ\r\nmore\r\n"
    "\r\n--XYZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"second\"\r\n\r\nno\r\n--XYZ--\r\nepilogue";

struct Outcome {
    bool good = true;
    bool complete = false;
    std::string file;
    std::string name;
    std::string type;
};

Outcome readInPieces(const std::string& body, std::size_t size, std::string_view boundary = "XYZ") {
    Outcome outcome;
    MultipartReader reader(boundary, [&](std::string_view piece) { outcome.file += piece; });
    for (std::size_t i = 0; i < body.size() && outcome.good; i += size)
        outcome.good = reader.feed(std::string_view(body).substr(i, size));
    outcome.complete = reader.complete();
    outcome.name = reader.fileName();
    outcome.type = reader.contentType();
    return outcome;
}

}  // namespace

TEST(Multipart, FindsTheFileHoweverTheBodyIsCut) {
    for (std::size_t size = 1; size <= form.size(); ++size) {
        const Outcome outcome = readInPieces(form, size);
        ASSERT_TRUE(outcome.good && outcome.complete) << size;
        ASSERT_EQ(outcome.file, "From a\r\n--XY\r\n\r--XYZ\r\nmore\r\n") << size;
        ASSERT_EQ(outcome.name, "my;box.mbox");
        ASSERT_EQ(outcome.type, "application/mbox");
    }
}

TEST(Multipart, TakesAPartNamedFileWithoutFileName) {
    const Outcome outcome = readInPieces("--XYZ\r\nContent-Disposition: form-data; name=file\r\n\r\n\r\n--XYZ--", 1000);
    EXPECT_TRUE(outcome.good && outcome.complete);
    EXPECT_EQ(outcome.file, "");
}

TEST(Multipart, IsIncompleteWithoutItsLastBoundary) {
    const Outcome outcome =
        readInPieces(form.substr(0, form.find("\r\n--XYZ\r\nContent-Disposition: form-data; name=\"file\"")), 7);
    EXPECT_TRUE(outcome.good);
    EXPECT_FALSE(outcome.complete);
}

TEST(Multipart, RefusesWhatIsNoMultipart) {
    EXPECT_FALSE(readInPieces("--XYZjunk\r\n\r\n", 100).good);
    EXPECT_FALSE(readInPieces("--XYZ\r\n" + std::string(10'000, 'a'), 100).good) << "a header without end";
    EXPECT_FALSE(readInPieces("x", 1, "").good) << "no boundary";
    EXPECT_FALSE(readInPieces("x", 1, std::string(71, 'b')).good) << "a boundary that is too long";
}

TEST(HeaderParameter, IsFoundQuotedOrBare) {
    EXPECT_EQ(headerParameter("multipart/form-data; boundary=abc", "boundary"), "abc");
    EXPECT_EQ(headerParameter("multipart/form-data; charset=x; BOUNDARY=\"a;\\\"b\" ", "boundary"), "a;\"b");
    EXPECT_EQ(headerParameter("multipart/form-data; flag; boundary = abc ; x=y", "boundary"), "abc");
    EXPECT_EQ(headerParameter("multipart/form-data", "boundary"), "");
    EXPECT_EQ(headerParameter("a; boundary=\"never ends", "boundary"), "never ends");
}

TEST(MediaType, IsWithoutParametersAndInLowerCase) {
    EXPECT_EQ(mediaType(" Application/JSON ; charset=utf-8"), "application/json");
}

}  // namespace nextjob::api
