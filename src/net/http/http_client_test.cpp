#include "net/http/http_client.hpp"

#include "model/run_task.hpp"
#include "support/http_peer.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <libdeflate.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <future>
#include <stop_token>
#include <thread>

// What the client promises, over real sockets.
namespace nextjob::net {
namespace {

using namespace std::chrono_literals;
using test::HttpPeer;
using test::httpReply;
using test::PeerReply;
using test::PeerRequest;

class HttpClientTest : public testing::Test {
  protected:
    Result<HttpReply> send(HttpRequest request) { return runTask(client->send(std::move(request))); }
    Result<HttpReply> get(const HttpPeer& peer) { return send({.url = peer.url()}); }

    static HttpPeer::Answer always(std::string bytes, bool close = false) {
        return [bytes = std::move(bytes), close](const PeerRequest&) { return PeerReply{bytes, close}; };
    }

    std::unique_ptr<HttpClient> client = makeHttpClient();
};

TEST_F(HttpClientTest, BringsStatusHeadersAndBody) {
    HttpPeer peer(always(httpReply(404, "not here", "X-One: first\r\nx-one: second\r\n")));
    const auto reply = get(peer);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 404);
    EXPECT_EQ(reply->body, "not here");
    EXPECT_EQ(reply->header("X-ONE"), "first");
    EXPECT_EQ(reply->header("x-two"), "");
}

TEST_F(HttpClientTest, SendsMethodHeadersAndBody) {
    PeerRequest seen;
    HttpPeer peer([&](const PeerRequest& request) {
        seen = request;
        return PeerReply{httpReply(200, "")};
    });
    const std::string body("a\0b=%26", 7);
    ASSERT_TRUE(send({.method = HttpMethod::Post,
                      .url = peer.url("/token?x=1"),
                      .headers = {{"Authorization", "Bearer t"}, {"Content-Type", "text/plain"}},
                      .body = body}));
    EXPECT_TRUE(seen.head.starts_with("POST /token?x=1 HTTP/1.1\r\n"));
    EXPECT_TRUE(seen.has("\r\nAuthorization: Bearer t\r\n"));
    EXPECT_TRUE(seen.has("\r\nContent-Type: text/plain\r\n"));
    EXPECT_FALSE(seen.has("Expect:"));
    EXPECT_EQ(seen.body, body);
}

TEST_F(HttpClientTest, KeepsItsConnections) {
    HttpPeer peer(always(httpReply(200, "again")));
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(get(peer));
    EXPECT_EQ(peer.requests(), 5);
    EXPECT_EQ(peer.connections(), 1);
}

TEST_F(HttpClientTest, ManyRequestsAreUnderWayAtOnce) {
    std::promise<void> all;
    const auto released = all.get_future().share();
    std::atomic<int> arrived{0};
    HttpPeer peer([&](const PeerRequest&) {
        if (++arrived == 8) all.set_value();
        released.wait();
        return PeerReply{httpReply(200, "ok")};
    });
    boost::asio::io_context loop;
    int good = 0;
    for (int i = 0; i < 8; ++i)
        boost::asio::co_spawn(
            loop, client->send({.url = peer.url()}),
            [&](const std::exception_ptr&, const Result<HttpReply>& reply) { good += reply ? 1 : 0; });
    loop.run();
    EXPECT_EQ(good, 8);
}

TEST_F(HttpClientTest, ACallEndsWhenItsStopIsAskedFor) {
    std::promise<void> arrived, over;
    HttpPeer peer([&](const PeerRequest&) {
        arrived.set_value();
        over.get_future().wait();
        return PeerReply{httpReply(200, "late")};
    });
    std::stop_source stop;
    const HttpRequest request{.url = peer.url(), .deadline = 60s, .stop = stop.get_token()};
    const std::jthread stopping([&] {
        arrived.get_future().wait();
        stop.request_stop();
    });
    const auto reply = send(request);
    over.set_value();
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Unavailable);
    EXPECT_THAT(reply.error().message, testing::HasSubstr("broken off"));
    EXPECT_THAT(send(request).error().message, testing::HasSubstr("broken off")) << "nor does one begin";
    EXPECT_EQ(peer.requests(), 1);
}

TEST_F(HttpClientTest, RefusesABodyOverItsLimitHoweverItIsAnnounced) {
    HttpPeer announced(always(httpReply(200, std::string(5000, 'x'))));
    HttpPeer endless(
        [](const PeerRequest&) { return PeerReply{"HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'x'), true}; });
    for (auto* peer : {&announced, &endless}) {
        const auto reply = send({.url = peer->url(), .maximumBytes = 1000});
        ASSERT_FALSE(reply);
        EXPECT_EQ(reply.error().code, ErrorCode::TooLarge);
        EXPECT_EQ(send({.url = peer->url(), .maximumBytes = 5000})->body.size(), 5000U);
    }
}

TEST_F(HttpClientTest, LimitsWhatAPackedBodyUnpacksTo) {
    const std::string plain(1'000'000, 'x');
    std::string packed(10'000, '\0');
    auto* packer = libdeflate_alloc_compressor(9);
    packed.resize(libdeflate_gzip_compress(packer, plain.data(), plain.size(), packed.data(), packed.size()));
    libdeflate_free_compressor(packer);
    HttpPeer peer(always(httpReply(200, packed, "Content-Encoding: gzip\r\n")));
    EXPECT_EQ(send({.url = peer.url()})->body, plain);
    EXPECT_EQ(send({.url = peer.url(), .maximumBytes = 100'000}).error().code, ErrorCode::TooLarge);
}

TEST_F(HttpClientTest, RefusesHeadersWithoutEnd) {
    HttpPeer peer([](const PeerRequest&) {
        std::string head = "HTTP/1.1 200 OK\r\n";
        for (int i = 0; i < 200; ++i) head += "X-" + std::to_string(i) + ": " + std::string(1000, 'y') + "\r\n";
        return PeerReply{head, true};
    });
    EXPECT_EQ(get(peer).error().code, ErrorCode::TooLarge);
}

TEST_F(HttpClientTest, GivesUpAtTheDeadline) {
    std::promise<void> end;
    const auto ended = end.get_future().share();
    HttpPeer peer([ended](const PeerRequest&) {
        ended.wait();
        return PeerReply{"", true};
    });
    const auto reply = send({.url = peer.url(), .deadline = 50ms});
    end.set_value();
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Unavailable);
}

TEST_F(HttpClientTest, AReplyCutShortIsNoReply) {
    HttpPeer cut(always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of", true));
    HttpPeer chunk(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf of", true));
    HttpPeer silent(always("", true));
    for (auto* peer : {&cut, &chunk, &silent}) EXPECT_EQ(get(*peer).error().code, ErrorCode::Unavailable);
}

TEST_F(HttpClientTest, FollowsNoRedirect) {
    HttpPeer elsewhere(always(httpReply(200, "secret of another server")));
    HttpPeer peer(always(httpReply(302, "", "Location: " + elsewhere.url() + "\r\n")));
    EXPECT_EQ(get(peer)->status, 302);
    EXPECT_EQ(elsewhere.requests(), 0);
}

TEST_F(HttpClientTest, SpeaksInTheClearToThisMachineOnlyAndNoOtherProtocol) {
    for (const char* url :
         {"http://mail.example.org/", "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "", "https://"})
        EXPECT_EQ(send({.url = url}).error().code, ErrorCode::Invalid) << url;
}

TEST_F(HttpClientTest, ErrorsTellNothingOfTheRequest) {
    HttpPeer peer(always("", true));
    const auto reply = send({.url = peer.url("/x?access_token=hush"), .headers = {{"Authorization", "Bearer hush"}}});
    EXPECT_EQ(reply.error().message.find("hush"), std::string::npos);
    EXPECT_NE(reply.error().message.find("127.0.0.1"), std::string::npos);
}

TEST_F(HttpClientTest, WhatIsUnderWayWhenItEndsFails) {
    std::promise<void> arrived;
    std::promise<void> end;
    HttpPeer peer([&](const PeerRequest&) {
        arrived.set_value();
        end.get_future().wait();
        return PeerReply{"", true};
    });
    boost::asio::io_context loop;
    std::optional<Result<HttpReply>> outcome;
    boost::asio::co_spawn(loop, client->send({.url = peer.url()}),
                          [&](const std::exception_ptr&, Result<HttpReply> reply) { outcome = std::move(reply); });
    std::thread other([&] {
        arrived.get_future().wait();
        client.reset();
    });
    loop.run();
    other.join();
    end.set_value();
    EXPECT_EQ(outcome->error().code, ErrorCode::Unavailable);
}

// A certificate for 127.0.0.1 that signs itself, made for one test.
class SelfSigned {
  public:
    explicit SelfSigned(const std::filesystem::path& file) {
        key_.reset(EVP_RSA_gen(2048));
        certificate_.reset(X509_new());
        X509* certificate = certificate_.get();
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key_.get());
        X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
        X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
        auto* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
        X509_add_ext(certificate, names, -1);
        X509_EXTENSION_free(names);
        X509_sign(certificate, key_.get(), EVP_sha256());
        std::FILE* out = std::fopen(file.c_str(), "wb");
        PEM_write_X509(out, certificate);
        std::fclose(out);
        SSL_CTX_use_certificate(tls.native_handle(), certificate);
        SSL_CTX_use_PrivateKey(tls.native_handle(), key_.get());
    }

    boost::asio::ssl::context tls{boost::asio::ssl::context::tls_server};

  private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(X509* certificate) const { X509_free(certificate); }
    };
    std::unique_ptr<EVP_PKEY, Free> key_;
    std::unique_ptr<X509, Free> certificate_;
};

TEST_F(HttpClientTest, TalksOverTlsOnlyToWhomItTrusts) {
    const TemporaryDirectory directory;
    const auto file = directory.path() / "authority.pem";
    SelfSigned certificate(file);
    HttpPeer peer(always(httpReply(200, "over TLS")), &certificate.tls);
    const auto stranger = send({.url = peer.url()});
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().code, ErrorCode::Unavailable);
    EXPECT_THAT(stranger.error().message, testing::HasSubstr("certificate"));
    EXPECT_EQ(peer.requests(), 0);
    client = makeHttpClient({.authorities = file.string()});
    const auto known = send({.url = peer.url()});
    ASSERT_TRUE(known) << known.error().message;
    EXPECT_EQ(known->body, "over TLS");
}

TEST(FormEncoded, EscapesAllThatIsNotPlain) {
    EXPECT_EQ(formEncoded({{"a b", "c&d=e"}, {"x", "-._~Z9"}, {"u", "\xc3\xa9+/"}}),
              "a%20b=c%26d%3De&x=-._~Z9&u=%C3%A9%2B%2F");
    EXPECT_EQ(formEncoded({}), "");
}

}  // namespace
}  // namespace nextjob::net
