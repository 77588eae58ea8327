#include "queue/redis/socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

namespace nextjob::queue::redis {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

std::string systemReason(int number) { return std::generic_category().message(number); }

std::unexpected<Error> away(const Address& address, std::string_view why) {
    return failure(
        ErrorCode::Unavailable,
        fmt::format("The Redis server at {} can't be reached: {}. Start it, or set REDIS_URL to where it is.",
                    address.shown(), why));
}

std::unexpected<Error> noTls(const Address& address, std::string_view why) {
    return failure(ErrorCode::Invalid,
                   fmt::format("TLS with the Redis server at {} can't be: {}. See to its certificate, and to cafile, "
                               "certfile and keyfile in REDIS_URL.",
                               address.shown(), why));
}

std::string tlsReason(const SSL* tls) {
    if (const long verified = SSL_get_verify_result(tls); verified != X509_V_OK)
        return X509_verify_cert_error_string(verified);
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason == nullptr ? "the connection was closed" : reason;
}

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

Result<Context> makeContext(const Address& address) {
    Context context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (address.caFile.empty())
        SSL_CTX_set_default_verify_paths(context.get());
    else if (SSL_CTX_load_verify_locations(context.get(), address.caFile.c_str(), nullptr) != 1)
        return noTls(address, fmt::format("the cafile {} can't be read as PEM", address.caFile));
    if (!address.certificateFile.empty()
        && (SSL_CTX_use_certificate_chain_file(context.get(), address.certificateFile.c_str()) != 1
            || SSL_CTX_use_PrivateKey_file(context.get(), address.keyFile.c_str(), SSL_FILETYPE_PEM) != 1))
        return noTls(address, fmt::format("the certfile {} and the keyfile {} can't be read as PEM, or don't belong "
                                          "together",
                                          address.certificateFile, address.keyFile));
    return context;
}

// Who must hold the certificate: a name or an address.
void expectName(SSL* tls, const std::string& host) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1) return;
    SSL_set1_host(tls, host.c_str());
    // What SSL_set_tlsext_host_name does; the macro has a cast that our warnings forbid.
    std::string name = host;
    SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
}

void blockBrokenPipes() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

struct FreeAddresses {
    void operator()(addrinfo* found) const { ::freeaddrinfo(found); }
};

}  // namespace

void Socket::Close::operator()(int* file) const {
    ::close(*file);
    delete file;
}

void Socket::Free::operator()(ssl_st* tls) const { SSL_free(tls); }

Socket::Socket(int file) : file_(new int(file)) {}

bool Socket::waitFor(short event, Clock::time_point deadline) const {
    while (true) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        pollfd waited{.fd = file(), .events = event, .revents = 0};
        const int ready = ::poll(&waited, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

Result<Socket> Socket::open(const Address& address, milliseconds patience) {
    const auto begin = [&](int family, const sockaddr* where, socklen_t size) -> Result<Socket> {
        const int file = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (file < 0) return away(address, systemReason(errno));
        Socket socket(file);
        int failed = ::connect(file, where, size) == 0 ? 0 : errno;
        if (failed == EINPROGRESS) {
            if (!socket.waitFor(POLLOUT, Clock::now() + patience)) return away(address, "it does not answer");
            socklen_t length = sizeof(failed);
            ::getsockopt(file, SOL_SOCKET, SO_ERROR, &failed, &length);
        }
        if (failed != 0) return away(address, systemReason(failed));
        return socket;
    };
    if (!address.socketPath.empty()) {
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        if (address.socketPath.size() >= sizeof(where.sun_path)) return away(address, "the path is too long");
        std::memcpy(where.sun_path, address.socketPath.c_str(), address.socketPath.size() + 1);
        return begin(AF_UNIX, reinterpret_cast<const sockaddr*>(&where), sizeof(where));
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int failed = ::getaddrinfo(address.host.c_str(), fmt::to_string(address.port).c_str(), &hints, &list);
        failed != 0)
        return away(address, ::gai_strerror(failed));
    const std::unique_ptr<addrinfo, FreeAddresses> found(list);
    Result<Socket> socket = away(address, "its name has no address");
    for (const addrinfo* each = list; each != nullptr && !socket; each = each->ai_next)
        socket = begin(each->ai_family, each->ai_addr, each->ai_addrlen);
    const int on = 1;
    if (socket) ::setsockopt(socket->file(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (socket) ::setsockopt(socket->file(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    return socket;
}

Result<Socket> Socket::connect(const Address& address, milliseconds patience) {
    auto socket = open(address, patience);
    if (socket && address.tls) {
        if (auto begun = socket->startTls(address, patience); !begun) return std::unexpected(begun.error());
    }
    return socket;
}

Result<void> Socket::startTls(const Address& address, milliseconds patience) {
    auto context = makeContext(address);
    if (!context) return std::unexpected(context.error());
    blockBrokenPipes();
    tls_.reset(SSL_new(context->get()));
    SSL_set_fd(tls_.get(), file());
    expectName(tls_.get(), address.host);
    const auto deadline = Clock::now() + patience;
    while (true) {
        ERR_clear_error();
        const int done = SSL_connect(tls_.get());
        if (done == 1) return {};
        const int wants = SSL_get_error(tls_.get(), done);
        if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE) return noTls(address, tlsReason(tls_.get()));
        if (!waitFor(wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline))
            return away(address, "it does not answer in TLS");
    }
}

std::expected<void, std::string> Socket::write(std::string_view bytes, milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (!bytes.empty()) {
        short wants = POLLOUT;
        ssize_t written = 0;
        if (tls_) {
            ERR_clear_error();
            written =
                SSL_write(tls_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20)));
            const int error = written > 0 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), static_cast<int>(written));
            if (error == SSL_ERROR_WANT_READ)
                wants = POLLIN;
            else if (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_WRITE)
                return std::unexpected(tlsReason(tls_.get()));
        } else {
            written = ::send(file(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (written < 0 && errno != EAGAIN && errno != EINTR) return std::unexpected(systemReason(errno));
        }
        if (written > 0)
            bytes.remove_prefix(static_cast<std::size_t>(written));
        else if (!waitFor(wants, deadline))
            return std::unexpected("it took nothing in time");
    }
    return {};
}

std::expected<std::size_t, std::string> Socket::read(std::span<char> into, milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (true) {
        short wants = POLLIN;
        ssize_t got = 0;
        if (tls_) {
            ERR_clear_error();
            got = SSL_read(tls_.get(), into.data(), static_cast<int>(into.size()));
            const int error = got > 0 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), static_cast<int>(got));
            if (error == SSL_ERROR_WANT_WRITE)
                wants = POLLOUT;
            else if (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ)
                return std::unexpected(tlsReason(tls_.get()));
        } else {
            got = ::recv(file(), into.data(), into.size(), 0);
            if (got == 0) return std::unexpected("the connection was closed");
            if (got < 0 && errno != EAGAIN && errno != EINTR) return std::unexpected(systemReason(errno));
        }
        if (got > 0) return static_cast<std::size_t>(got);
        if (!waitFor(wants, deadline)) return std::unexpected("no answer in time");
    }
}

}  // namespace nextjob::queue::redis
