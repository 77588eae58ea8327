#include "support/backend_server.hpp"

#include "analyse/analyser.hpp"
#include "analyse/rescorer.hpp"
#include "api/server.hpp"
#include "auth/jwt.hpp"
#include "auth/service_tokens.hpp"
#include "ingest/importer.hpp"
#include "net/mailer.hpp"
#include "observe/log.hpp"
#include "support/http_peer.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json.hpp>

#include <array>

namespace nextjob::test {

namespace {

namespace right = auth::service_right;

const std::vector<std::string> secrets{std::string(32, 's')};

class NoImporter final : public ingest::Importer {
  public:
    Task<Result<Import>> accept(ingest::ReceivedFile) override {
        co_return failure(ErrorCode::Unavailable, "Nobody reads files here.");
    }
};

class NoRescorer final : public analyse::Rescorer {
  public:
    void wishesChanged(UserId) override {}
};

// As POST /auth/token answers, for a service that may do everything.
std::string tokenReply() {
    constexpr std::array all{right::googleCredentials, right::ledger, right::userSkills,
                             right::jobOffers,         right::queue,  right::enter,
                             right::analysis,          right::ready,  right::mailboxes};
    const boost::json::object claims{{"sub", "everything"},
                                     {"scope", "service"},
                                     {"may", boost::json::array(all.begin(), all.end())},
                                     {"exp", 4'000'000'000}};
    const auto token = auth::JwtKeys(secrets).sign(boost::json::serialize(claims));
    return httpReply(200, boost::json::serialize(boost::json::object{{"access_token", token}}));
}

api::ServerOptions serverOptions(const TemporaryDirectory& directory) {
    api::ServerOptions options;
    options.http.port = 0;
    options.http.threads = 2;
    options.spoolDirectory = directory.path();
    options.tokenSecrets = BackendServer::tokenSecrets();
    options.serviceTokenSecrets = secrets;
    return options;
}

}  // namespace

struct BackendServer::Parts {
    Parts(store::Store& store, queue::Queue& queue)
        : server(serverOptions(directory), {store, importer, rescorer, analyser, *mailer, log, queue}) {}

    TemporaryDirectory directory;
    NoImporter importer;
    NoRescorer rescorer;
    analyse::Analyser analyser;
    std::shared_ptr<spdlog::logger> log = observe::silentLog();
    std::unique_ptr<net::Mailer> mailer = net::makeLogMailer(log);
    api::Server server;
    HttpPeer authority{[](const PeerRequest&) { return PeerReply{tokenReply()}; }};
    std::unique_ptr<net::HttpClient> http = net::makeHttpClient();
    net::BackendOptions options{.baseUrl = "http://127.0.0.1:" + std::to_string(server.port()),
                                .authUrl = authority.url(""),
                                .service = "everything",
                                .secret = "none"};
    net::BackendClient client{*http, options};
};

BackendServer::BackendServer(store::Store& store, queue::Queue& queue)
    : parts_(std::make_unique<Parts>(store, queue)) {}

BackendServer::~BackendServer() = default;

std::vector<std::string> BackendServer::tokenSecrets() { return {std::string(32, 'u')}; }

net::BackendClient& BackendServer::client() { return parts_->client; }

const net::BackendOptions& BackendServer::options() const { return parts_->options; }

}  // namespace nextjob::test
