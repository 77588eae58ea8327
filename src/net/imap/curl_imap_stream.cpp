#include "net/curl.hpp"
#include "net/imap/imap_stream.hpp"
#include "net/imap/public_address.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace nextjob::net {

namespace {

using std::chrono::milliseconds;

constexpr long connectSeconds = 15;
constexpr long greetingSeconds = 30;  // connecting, TLS and the greeting
constexpr std::size_t greetingBytes = 64U << 10;
constexpr milliseconds slice{250};  // between two looks whether the program stops

constexpr std::string_view notAllowed =
    "{} is in a network that this server does not connect to. A mail server there can be used only if the operator of "
    "NextJob AI allows it (IMAP_ALLOW_PRIVATE_HOSTS).";

// What libcurl calls back with while it connects.
struct Watch {
    const ImapServer& server;
    const ImapRules& rules;
    bool refused = false;  // an address
    std::size_t headerBytes = 0;

    bool mayReach(const sockaddr& address) const {
        if (server.security == ImapSecurity::Plain && !isLoopbackAddress(address)) return false;
        return rules.privateHosts || isPublicAddress(address);
    }

    bool stopping() const { return rules.stopping != nullptr && rules.stopping->load(); }

    static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* address) {
        auto& watch = *static_cast<Watch*>(self);
        if (!watch.mayReach(address->addr)) {
            watch.refused = true;
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    static std::size_t header(char*, std::size_t size, std::size_t count, void* self) {
        auto& watch = *static_cast<Watch*>(self);
        watch.headerBytes += size * count;
        return watch.headerBytes > greetingBytes ? 0 : size * count;
    }

    static int progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        return static_cast<const Watch*>(self)->stopping() ? 1 : 0;
    }
};

ImapError describe(CURLcode code, const Watch& watch) {
    const std::string& host = watch.server.host;
    if (watch.stopping()) return {ImapFault::Stopped, "The program stops."};
    if (watch.headerBytes > greetingBytes) return {ImapFault::Confused, fmt::format("{} does not speak IMAP.", host)};
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return {ImapFault::UnknownHost, fmt::format("There is no server named {}. Check its name.", host)};
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
            return {ImapFault::Untrusted,
                    fmt::format("The certificate of {} is not one to trust, or is another server's. Use the very name "
                                "that your mail provider gives for IMAP.",
                                host)};
        case CURLE_USE_SSL_FAILED:
            return {ImapFault::Untrusted,
                    fmt::format("{} offers no TLS on port {}. Try security \"tls\" with port 993.", host,
                                watch.server.port)};
        case CURLE_SSL_CONNECT_ERROR:
            return {ImapFault::Untrusted,
                    fmt::format("{} does not speak TLS 1.2 or later on port {}. Security \"tls\" goes with port 993, "
                                "\"starttls\" with 143.",
                                host, watch.server.port)};
        case CURLE_COULDNT_CONNECT:
            if (watch.refused) return {ImapFault::NotAllowed, fmt::format(fmt::runtime(notAllowed), host)};
            return {ImapFault::Unavailable, fmt::format("{} can't be reached on port {}.", host, watch.server.port)};
        case CURLE_OPERATION_TIMEDOUT: return {ImapFault::Unavailable, fmt::format("{} did not answer in time.", host)};
        case CURLE_WEIRD_SERVER_REPLY:
            return {ImapFault::Confused,
                    fmt::format("What answers at {}, port {}, is no IMAP server.", host, watch.server.port)};
        default:
            return {ImapFault::Unavailable,
                    fmt::format("{} broke off the connection (libcurl's error {}).", host, static_cast<int>(code))};
    }
}

class CurlImapStream final : public ImapStream {
  public:
    CurlImapStream(CurlHandle easy, curl_socket_t socket, std::string host, const std::atomic<bool>* stopping)
        : easy_(std::move(easy)), socket_(socket), host_(std::move(host)), stopping_(stopping) {}

    ImapResult<> send(std::string_view bytes, ImapClock::time_point deadline) override {
        while (!bytes.empty()) {
            std::size_t sent = 0;
            const CURLcode code = curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &sent);
            bytes.remove_prefix(sent);
            if (code == CURLE_OK) continue;
            if (code != CURLE_AGAIN) return brokenOff();
            // TLS may have to read before it can write.
            if (auto ready = wait(POLLIN | POLLOUT, deadline); !ready) return ready;
        }
        return {};
    }

    ImapResult<std::size_t> receive(std::span<char> into, ImapClock::time_point deadline) override {
        while (true) {
            std::size_t received = 0;
            const CURLcode code = curl_easy_recv(easy_.get(), into.data(), into.size(), &received);
            if (code == CURLE_OK && received > 0) return received;
            if (code != CURLE_AGAIN) return brokenOff();
            if (auto ready = wait(POLLIN, deadline); !ready) return std::unexpected(std::move(ready.error()));
        }
    }

  private:
    std::unexpected<ImapError> brokenOff() const {
        return imapFailure(ImapFault::Unavailable, fmt::format("{} broke off the connection.", host_));
    }

    ImapResult<> wait(short events, ImapClock::time_point deadline) const {
        while (true) {
            if (stopping_ != nullptr && stopping_->load()) return imapFailure(ImapFault::Stopped, "The program stops.");
            const auto left = std::chrono::ceil<milliseconds>(deadline - ImapClock::now());
            if (left <= milliseconds(0))
                return imapFailure(ImapFault::Unavailable, fmt::format("{} did not answer in time.", host_));
            pollfd descriptor{.fd = socket_, .events = events, .revents = 0};
            if (::poll(&descriptor, 1, static_cast<int>(std::min(left, slice).count())) > 0) return {};
        }
    }

    const CurlHandle easy_;
    const curl_socket_t socket_;
    const std::string host_;
    const std::atomic<bool>* const stopping_;
};

bool isHostName(std::string_view host) {
    const auto good = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-'; };
    return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-'
           && std::ranges::all_of(host, good);
}

bool isAddress6(std::string_view host) {
    const auto good = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.'; };
    return host.find(':') != std::string_view::npos && host.size() <= 45 && std::ranges::all_of(host, good);
}

void configure(CURL* easy, const ImapServer& server, const ImapRules& rules, Watch& watch) {
    const bool tls = server.security == ImapSecurity::Tls;
    const bool six = server.host.find(':') != std::string::npos;
    const std::string url =
        fmt::format("{}://{}{}{}:{}", tls ? "imaps" : "imap", six ? "[" : "", server.host, six ? "]" : "", server.port);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, tls ? "imaps" : "imap");
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     static_cast<long>(server.security == ImapSecurity::Plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!rules.authorities.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, rules.authorities.c_str());
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    }
    curl_easy_setopt(easy, CURLOPT_PROXY, "");  // an address is checked only where we connect ourselves
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, connectSeconds);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, greetingSeconds);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Watch::open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &watch);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Watch::header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &watch);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &Watch::progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &watch);
}

}  // namespace

ImapResult<> checkServer(const ImapServer& server, const ImapRules& rules) {
    if (!isHostName(server.host) && !isAddress6(server.host))
        return imapFailure(ImapFault::NotAllowed,
                           "The host must be the name of a mail server, such as imap.example.org.");
    if (rules.privateHosts) return {};
    if (server.security == ImapSecurity::Plain)
        return imapFailure(ImapFault::NotAllowed,
                           "A mailbox is read over TLS only. Use security \"tls\" or \"starttls\".");
    const std::uint16_t port = usualPort(server.security);
    if (server.port != port)
        return imapFailure(ImapFault::NotAllowed,
                           fmt::format("The port must be {} with this kind of security. Others are for the operator of "
                                       "NextJob AI to allow (IMAP_ALLOW_PRIVATE_HOSTS).",
                                       port));
    return {};
}

ImapResult<std::unique_ptr<ImapStream>> connectImap(const ImapServer& server, const ImapRules& rules) {
    if (auto allowed = checkServer(server, rules); !allowed) return std::unexpected(std::move(allowed.error()));
    CurlHandle easy = makeCurlHandle();
    Watch watch{.server = server, .rules = rules};
    configure(easy.get(), server, rules, watch);
    const CURLcode code = curl_easy_perform(easy.get());
    if (code != CURLE_OK) return std::unexpected(describe(code, watch));
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(easy.get(), CURLINFO_ACTIVESOCKET, &socket);
    if (socket == CURL_SOCKET_BAD) return std::unexpected(describe(CURLE_RECV_ERROR, watch));
    // `watch` ends here; libcurl calls nothing back between a connection and its end.
    for (const CURLoption option : {CURLOPT_OPENSOCKETDATA, CURLOPT_HEADERDATA, CURLOPT_XFERINFODATA})
        curl_easy_setopt(easy.get(), option, nullptr);
    curl_easy_setopt(easy.get(), CURLOPT_NOPROGRESS, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, nullptr);
    return std::make_unique<CurlImapStream>(std::move(easy), socket, server.host, rules.stopping);
}

}  // namespace nextjob::net
