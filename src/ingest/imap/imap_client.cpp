#include "ingest/imap/imap_client.hpp"

namespace nextjob::ingest {

namespace {

ImapClientOptions stoppable(ImapClientOptions options, const std::atomic<bool>& stopping) {
    options.rules.stopping = &stopping;
    return options;
}

}  // namespace

ImapClient::ImapClient(ImapClientOptions options)
    : options_(stoppable(std::move(options), stopping_)), threads_(options_.threads) {}

ImapClient::~ImapClient() {
    stop();
    threads_.join();
}

net::ImapResult<ImapClient::Session> ImapClient::open(const ImapLogin& login) {
    if (++open_ > options_.connections) {
        --open_;
        return net::imapFailure(net::ImapFault::Unavailable, "Too many mailboxes are read at once.");
    }
    Session session(*this);
    auto stream = net::connectImap(serverOf(login), options_.rules);
    if (!stream) return std::unexpected(std::move(stream.error()));
    session.session_ = std::make_unique<net::ImapSession>(std::move(*stream), options_.limits);
    if (auto in = session->signIn({.login = login.login, .secret = login.secret, .token = login.token}); !in)
        return std::unexpected(std::move(in.error()));
    return session;
}

net::ImapServer serverOf(const ImapLogin& login) {
    const auto security = login.plain      ? ImapSecurity::Plain
                          : login.startTls ? ImapSecurity::StartTls
                                           : ImapSecurity::Tls;
    return {.host = login.host, .port = login.port, .security = security};
}

}  // namespace nextjob::ingest
