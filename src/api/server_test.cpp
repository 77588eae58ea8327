#include "api/server.hpp"

#include "analyse/analyser.hpp"
#include "analyse/rescorer.hpp"
#include "ingest/importer.hpp"
#include "net/mailer.hpp"
#include "observe/log.hpp"
#include "queue/open.hpp"
#include "store/open.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <iterator>
#include <sstream>

// What the server promises on the wire, over real sockets.
namespace nextjob::api {

namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

class KeepingImporter final : public ingest::Importer {
  public:
    Task<Result<Import>> accept(ingest::ReceivedFile file) override {
        std::ifstream in(file.path, std::ios::binary);
        content.assign(std::istreambuf_iterator<char>(in), {});
        name = file.fileName;
        Import import;
        import.id = 9;
        import.user = file.user;
        import.bytes = file.bytes;
        co_return import;
    }

    std::string content;
    std::string name;
};

class NoRescorer final : public analyse::Rescorer {
  public:
    void wishesChanged(UserId) override {}
};

struct Reply {
    int status = 0;
    std::string head;
    std::string body;
};

class Client {
  public:
    explicit Client(std::uint16_t port) : socket_(context_) {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    }

    void send(std::string_view text) { boost::asio::write(socket_, boost::asio::buffer(text)); }

    // The next reply; one to HEAD has a length and no body.
    Reply read(bool toHead = false) {
        const std::size_t end = boost::asio::read_until(socket_, boost::asio::dynamic_buffer(buffer_), "\r\n\r\n");
        Reply reply{.status = std::stoi(buffer_.substr(9, 3)), .head = buffer_.substr(0, end), .body = {}};
        buffer_.erase(0, end);
        const auto length = reply.head.find("Content-Length: ");
        if (toHead || length == std::string::npos) return reply;
        const std::size_t size = std::stoul(reply.head.substr(length + 16));
        while (buffer_.size() < size) {
            std::array<char, 4096> more{};
            const std::size_t got = socket_.read_some(boost::asio::buffer(more));
            buffer_.append(more.data(), got);
        }
        reply.body = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return reply;
    }

    Reply ask(std::string_view text) {
        send(text);
        return read();
    }

    // Whether the server ends the connection, with nothing more to say.
    bool ended() {
        boost::system::error_code error;
        std::array<char, 1> one{};
        return buffer_.empty() && socket_.read_some(boost::asio::buffer(one), error) == 0 && error;
    }

  private:
    boost::asio::io_context context_;
    tcp::socket socket_;
    std::string buffer_;
};

class ServerTest : public testing::Test {
  protected:
    void start(const std::function<void(ServerOptions&)>& change = {}) {
        auto opened = store::open(store::sqliteUrl(directory.path() / "test.db"));
        ASSERT_TRUE(opened) << opened.error().message;
        database = std::move(*opened);
        auto line = queue::open(*database);
        ASSERT_TRUE(line) << line.error().message;
        queue = std::move(*line);
        ServerOptions options{.http = {.port = 0, .threads = 2},
                              .spoolDirectory = directory.path() / "spool",
                              .tokenSecrets = {std::string(32, 's')},
                              .passwordCost = {.operations = 1, .memoryBytes = 8192}};
        std::filesystem::create_directory(options.spoolDirectory);
        if (change) change(options);
        auto log = std::make_shared<spdlog::logger>("api", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines));
        queue = queue::open(*database).value();
        server = std::make_unique<Server>(
            options, ServerDependencies{*database, importer, rescorer, analyser, *mailer, log, *queue});
    }

    Client client() const { return Client(server->port()); }

    // A signed-in user's Authorization header line.
    std::string signIn() const {
        Client asking = client();
        const std::string account = R"({"email":"ada@example.org","password":"correct horse"})";
        asking.ask("POST /auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                   + std::to_string(account.size()) + "\r\n\r\n" + account);
        const std::string form = "username=ada%40example.org&password=correct+horse";
        const Reply reply = asking.ask(
            "POST /auth/jwt/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded"
            "\r\nContent-Length: "
            + std::to_string(form.size()) + "\r\n\r\n" + form);
        const auto begin = reply.body.find("\"access\":\"") + 10;
        return "Authorization: Bearer " + reply.body.substr(begin, reply.body.find('"', begin) - begin) + "\r\n";
    }

    bool spoolIsEmpty() const { return std::filesystem::is_empty(directory.path() / "spool"); }

    TemporaryDirectory directory;
    std::unique_ptr<store::Store> database;
    std::unique_ptr<queue::Queue> queue;
    KeepingImporter importer;
    NoRescorer rescorer;
    std::unique_ptr<net::Mailer> mailer = net::makeLogMailer(observe::silentLog());
    analyse::Analyser analyser;
    std::ostringstream lines;
    std::unique_ptr<Server> server;
};

constexpr std::string_view getHealth = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
    start();
    Client asking = client();
    asking.send(
        "GET /health HTTP/1.1\r\nHost: a\r\nX-Request-ID: one\r\n\r\n"
        "POST /auth/register HTTP/1.1\r\nHost: a\r\nX-Request-ID: two\r\nContent-Type: "
        "application/json\r\nContent-Length: 2\r\n\r\n{}"
        "GET /nowhere HTTP/1.1\r\nHost: a\r\nX-Request-ID: three\r\n\r\n");
    const Reply one = asking.read();
    const Reply two = asking.read();
    const Reply three = asking.read();
    EXPECT_EQ(one.status, 200);
    EXPECT_EQ(two.status, 422);
    EXPECT_EQ(three.status, 404);
    EXPECT_NE(one.head.find("X-Request-ID: one\r\n"), std::string::npos);
    EXPECT_NE(two.head.find("X-Request-ID: two\r\n"), std::string::npos);
    EXPECT_NE(three.head.find("X-Request-ID: three\r\n"), std::string::npos);
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
    start();
    Client asking = client();
    asking.send("HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n");
    const Reply head = asking.read(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.head.find("Content-Length: 0"), std::string::npos);
    EXPECT_EQ(asking.ask(getHealth).status, 200) << "the next reply follows at once";
}

TEST_F(ServerTest, TellsWhatAPathTakes) {
    start();
    Client asking = client();
    const Reply wrong = asking.ask("DELETE /job-offers HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_NE(wrong.head.find("Allow: GET, HEAD, OPTIONS\r\n"), std::string::npos);
    const Reply options = asking.ask("OPTIONS /user_skills HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(options.status, 204);
    EXPECT_NE(options.head.find("Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n"), std::string::npos);
    EXPECT_EQ(asking.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status, 204);
    EXPECT_EQ(asking.ask("BREW /health HTTP/1.1\r\nHost: a\r\n\r\n").status, 501);
}

TEST_F(ServerTest, RefusesWhatCouldSmuggleARequestAndCloses) {
    start();
    const std::string post = "POST /auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    for (const std::string& request : {
             post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
             post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
             post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
             post + "Content-Length: +5\r\n\r\nhello",
             post + "Content-Length: 5, 5\r\n\r\nhello",
             post + "Content-Length: -1\r\n\r\n",
             post + "Content-Length: 99999999999999999999999\r\n\r\n",
             post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
             post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
             std::string("GET /health HTTP/1.1\r\n\r\n"),
             std::string("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
             std::string("GET /health HTTP/1.1\r\nHost: a\r\n X: folded\x01\r\n\r\n"),
             std::string("GET /health HTTP/3.7\r\nHost: a\r\n\r\n"),
             std::string("GET /hea lth HTTP/1.1\r\nHost: a\r\n\r\n"),
             std::string("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
             std::string("GET /health HTTP/1.1\nHost: a\n\n\r\n\r\n"),
             std::string("\x16\x03\x01\x02 a TLS hello\r\n\r\n"),
         }) {
        Client asking = client();
        EXPECT_EQ(asking.ask(request + std::string(getHealth)).status, 400) << request;
        EXPECT_TRUE(asking.ended()) << request;
    }
}

TEST_F(ServerTest, ReadsChunkedBodies) {
    start();
    Client asking = client();
    const std::string post = "POST /auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    EXPECT_EQ(
        asking.ask(post + "Transfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n1\r\n}\r\n0\r\nTrailer: t\r\n\r\n").status,
        422);
    EXPECT_EQ(asking.ask(getHealth).status, 200);
}

TEST_F(ServerTest, LimitsHeadersAndBodies) {
    start([](ServerOptions& options) { options.http.limits.bodyBytes = 100'000; });
    Client longHeader = client();
    EXPECT_EQ(longHeader.ask("GET /health HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n").status,
              431);
    EXPECT_TRUE(longHeader.ended());
    const std::string post = "POST /auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    Client longBody = client();
    EXPECT_EQ(longBody.ask(post + "Content-Length: 100001\r\n\r\n").status, 413) << "before it is sent";
    Client chunked = client();
    EXPECT_EQ(chunked.ask(post + "Transfer-Encoding: chunked\r\n\r\n30d40\r\n" + std::string(200'000, 'x')).status,
              413);
    EXPECT_EQ(client().ask(post + "Content-Length: 100000\r\n\r\n" + std::string(100'000, 'x')).status, 422);
}

TEST_F(ServerTest, AsksForABodyOnlyWhenItWantsIt) {
    start();
    const std::string token = signIn();
    const std::string expect = "Content-Type: application/mbox\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    Client stranger = client();
    EXPECT_EQ(stranger.ask("POST /import HTTP/1.1\r\nHost: a\r\n" + expect).status, 401);
    Client known = client();
    EXPECT_EQ(known.ask("POST /import HTTP/1.1\r\nHost: a\r\n" + token + expect).status, 100);
    EXPECT_EQ(known.ask("hello").status, 202);
    EXPECT_EQ(importer.content, "hello");
    EXPECT_EQ(client().ask("GET /health HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n").status, 417);
}

TEST_F(ServerTest, SkipsTheBodyOfARefusedRequest) {
    start();
    Client asking = client();
    EXPECT_EQ(asking.ask("PUT /user_skills HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").status, 401);
    EXPECT_EQ(asking.ask(getHealth).status, 200);
    EXPECT_EQ(asking.ask("GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").status, 200);
    EXPECT_EQ(asking.ask(getHealth).status, 200);
}

TEST_F(ServerTest, TakesFilesRawAndAsForms) {
    start();
    const std::string token = signIn();
    std::string mail(300'000, 'm');
    std::ranges::generate(mail, [i = 0]() mutable { return static_cast<char>(i++ % 251); });
    Client raw = client();
    EXPECT_EQ(raw.ask("POST /import?file_name=in.mbox HTTP/1.1\r\nHost: a\r\n" + token
                      + "Content-Type: application/octet-stream\r\nContent-Length: 300000\r\n\r\n" + mail)
                  .status,
              202);
    EXPECT_EQ(importer.content, mail);
    EXPECT_EQ(importer.name, "in.mbox");
    const std::string form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x.mbox\"\r\n\r\n"
                             + mail + "\r\n--b--\r\n";
    const Reply reply = raw.ask("POST /import HTTP/1.1\r\nHost: a\r\n" + token
                                + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: "
                                + std::to_string(form.size()) + "\r\n\r\n" + form);
    EXPECT_EQ(reply.status, 202);
    EXPECT_NE(reply.head.find("Location: /import/9\r\n"), std::string::npos);
    EXPECT_EQ(importer.content, mail);
    EXPECT_EQ(importer.name, "x.mbox");
}

TEST_F(ServerTest, KeepsNoFileOfAnUploadThatFails) {
    start([](ServerOptions& options) { options.http.limits.uploadBytes = 1000; });
    const std::string post = "POST /import HTTP/1.1\r\nHost: a\r\n" + signIn();
    const std::string chunked = "Content-Type: application/mbox\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(client().ask(post + "Content-Type: text/html\r\nContent-Length: 1\r\n\r\nx").status, 415);
    EXPECT_EQ(client().ask(post + "Content-Type: application/mbox\r\nContent-Length: 0\r\n\r\n").status, 400);
    EXPECT_EQ(client().ask(post + "Content-Type: application/mbox\r\nContent-Length: 1001\r\n\r\n").status, 413);
    EXPECT_EQ(client().ask(post + chunked + "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n").status, 413);
    EXPECT_EQ(client().ask(post + chunked + "5\r\nhello\r\nnonsense\r\n").status, 400);
    EXPECT_EQ(
        client().ask(post + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 4\r\n\r\nno b").status,
        400);
    EXPECT_EQ(client().ask(post + "Content-Type: multipart/form-data\r\nContent-Length: 4\r\n\r\nno b").status, 400);
    EXPECT_EQ(client()
                  .ask(post + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 8\r\n\r\n--b--\r\n\r")
                  .status,
              422);
    {
        Client gone = client();
        gone.send(post + "Content-Type: application/mbox\r\nContent-Length: 500\r\n\r\nhalf");
    }
    server.reset();
    EXPECT_TRUE(spoolIsEmpty());
}

TEST_F(ServerTest, DropsClientsThatDawdle) {
    start([](ServerOptions& options) {
        options.http.limits.idle = options.http.limits.header = options.http.limits.body =
            options.http.limits.uploadPause = 1ms;
    });
    Client silent = client();
    EXPECT_TRUE(silent.ended());
    start([](ServerOptions& options) {
        options.http.limits.header = options.http.limits.body = options.http.limits.uploadPause = 1ms;
    });
    Client slowHeader = client();
    slowHeader.send("GET /health HTT");
    EXPECT_TRUE(slowHeader.ended());
    Client slowBody = client();
    slowBody.send(
        "POST /auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{");
    EXPECT_TRUE(slowBody.ended());
}

TEST_F(ServerTest, TurnsAwayConnectionsThatItHasNoRoomFor) {
    start([](ServerOptions& options) { options.http.limits.connections = 1; });
    Client first = client();
    EXPECT_EQ(first.ask(getHealth).status, 200);
    Client second = client();
    EXPECT_EQ(second.read().status, 503);
    EXPECT_TRUE(second.ended());
    EXPECT_EQ(first.ask(getHealth).status, 200);
}

TEST_F(ServerTest, AnswersOnlyToItsHosts) {
    start([](ServerOptions& options) { options.http.allowedHosts = {"jobs.example.org"}; });
    EXPECT_EQ(client().ask("GET /health HTTP/1.1\r\nHost: Jobs.example.org:8000\r\n\r\n").status, 200);
    EXPECT_EQ(client().ask("GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 400);
}

TEST_F(ServerTest, LetsPagesOfItsOriginsIn) {
    start([](ServerOptions& options) { options.http.allowedOrigins = {"https://app.example.org"}; });
    const auto ask = [this](const std::string& origin) {
        return client()
            .ask("OPTIONS /job-offers HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Method: GET\r\nOrigin: " + origin
                 + "\r\n\r\n")
            .head;
    };
    EXPECT_NE(ask("https://app.example.org").find("Access-Control-Allow-Origin: https://app.example.org\r\n"),
              std::string::npos);
    EXPECT_EQ(ask("https://evil.example").find("Access-Control-Allow"), std::string::npos);
}

TEST_F(ServerTest, AnswersWhatItHasAcceptedWhenItDrains) {
    start();
    Client late = client();
    Client halfway = client();
    halfway.send("GET /health HTTP/1.1\r\n");
    // The server has seen the half: a connection opened after it has been answered.
    EXPECT_EQ(client().ask(getHealth).status, 200);
    auto drained = std::async(std::launch::async, [this] { return server->drain(60s); });
    late.send(getHealth);
    EXPECT_EQ(late.read().status, 200);
    halfway.send("Host: a\r\n\r\n");
    const Reply reply = halfway.read();
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(halfway.ended());
    EXPECT_EQ(drained.get(), 0U);
    EXPECT_THROW(client(), boost::system::system_error);
}

TEST_F(ServerTest, CutsOffAtTheEndOfItsPatience) {
    start();
    Client stuck = client();
    stuck.send("GET /health HTT");
    EXPECT_EQ(client().ask(getHealth).status, 200);
    EXPECT_EQ(server->drain(1ms) > 0, true);
    server.reset();
    EXPECT_TRUE(stuck.ended());
}

TEST_F(ServerTest, SaysWhyItCannotStart) {
    start();
    const std::uint16_t taken = server->port();
    const auto why = [&](const std::string& host, std::uint16_t port) -> std::string {
        try {
            Server second({.http = {.host = host, .port = port},
                           .spoolDirectory = directory.path(),
                           .tokenSecrets = {std::string(32, 's')},
                           .passwordCost = {.operations = 1, .memoryBytes = 8192}},
                          {*database, importer, rescorer, analyser, *mailer, spdlog::default_logger(), *queue});
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "it started";
    };
    EXPECT_NE(why("127.0.0.1", taken).find("Another program listens on 127.0.0.1:"), std::string::npos);
    EXPECT_NE(why("192.0.2.1", 0).find("This machine has no address 192.0.2.1"), std::string::npos);
    EXPECT_NE(why("no such host", 0).find("HOST is no such host"), std::string::npos);
}

TEST_F(ServerTest, LogsALineARequestWithoutWhatIsPrivate) {
    start();
    const std::string token = signIn();
    EXPECT_EQ(client()
                  .ask("GET /job-offers?q=secretword HTTP/1.1\r\nHost: a\r\nX-Request-ID: r-1\r\n" + token + "\r\n")
                  .status,
              200);
    server.reset();
    const std::string log = lines.str();
    EXPECT_NE(
        log.find(
            R"("event":"request","request_id":"r-1","method":"GET","route":"/job-offers","status":200,"user_id":1)"),
        std::string::npos)
        << log;
    for (const char* secret : {"secretword", "ada", "correct", "Bearer", "eyJ", "127.0.0.1"})
        EXPECT_EQ(log.find(secret), std::string::npos) << secret;
}

}  // namespace nextjob::api
