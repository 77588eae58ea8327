#include "api/middleware/compress.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <algorithm>

namespace nextjob::api {
namespace {

std::string headerOf(const Response& response, std::string_view name) {
    const auto found = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
    return found == response.headers.end() ? "" : found->second;
}

TEST(AcceptsGzip, ReadsTheHeaderAsClientsWriteIt) {
    for (const char* yes : {"gzip", "GZIP", "deflate, gzip;q=1.0, *;q=0.5", "br,gzip", "*", "gzip;q=0.001", "x-gzip"})
        EXPECT_TRUE(acceptsGzip(yes)) << yes;
    for (const char* no : {"", "identity", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "gzipped", "br;q=1"})
        EXPECT_FALSE(acceptsGzip(no)) << no;
}

TEST(Compress, TheBodyComesBackWhole) {
    Response response{.body = R"({"results":[)" + std::string(50'000, 'a') + "]}", .headers = {}};
    const std::string plain = response.body;
    compress("gzip", response);
    EXPECT_EQ(headerOf(response, "Content-Encoding"), "gzip");
    EXPECT_EQ(headerOf(response, "Vary"), "Accept-Encoding");
    EXPECT_LT(response.body.size(), plain.size() / 10);
    std::string back(plain.size(), '\0');
    auto* decompressor = libdeflate_alloc_decompressor();
    EXPECT_EQ(libdeflate_gzip_decompress(decompressor, response.body.data(), response.body.size(), back.data(),
                                         back.size(), nullptr),
              LIBDEFLATE_SUCCESS);
    libdeflate_free_decompressor(decompressor);
    EXPECT_EQ(back, plain);
}

TEST(Compress, LeavesWhatIsShortOrNoTextOrUnwanted) {
    const auto untouched = [](const char* accept, Response response) {
        const std::string plain = response.body;
        compress(accept, response);
        return response.body == plain && headerOf(response, "Content-Encoding").empty();
    };
    EXPECT_TRUE(untouched("gzip", {.body = std::string(100, 'a'), .headers = {}}));
    EXPECT_TRUE(untouched("gzip", {.contentType = "image/png", .body = std::string(9'000, 'a'), .headers = {}}));
    EXPECT_TRUE(untouched("br", {.body = std::string(9'000, 'a'), .headers = {}}));
}

}  // namespace
}  // namespace nextjob::api
