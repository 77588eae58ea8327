#pragma once

#include "model/error.hpp"
#include "queue/redis/address.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace nextjob::queue::redis {

// A connected stream of bytes to the server: TCP, a socket of this machine, or TLS over TCP. Every call blocks and has
// a limit. For one thread; TLS blocks SIGPIPE in it, since OpenSSL writes to a closed connection as to any file.
class Socket {
  public:
    // Unavailable: nobody there, or no answer within `patience`; Invalid: TLS that can't be, which says why.
    static Result<Socket> connect(const Address& address, std::chrono::milliseconds patience);

    Socket(Socket&&) noexcept = default;
    Socket& operator=(Socket&&) noexcept = default;

    // Errors say what happened, as a clause: "connection reset by peer".
    std::expected<void, std::string> write(std::string_view bytes, std::chrono::milliseconds patience);
    // At least one byte, within `patience`.
    std::expected<std::size_t, std::string> read(std::span<char> into, std::chrono::milliseconds patience);

  private:
    struct Close {
        void operator()(int* file) const;
    };
    struct Free {
        void operator()(ssl_st* tls) const;
    };

    explicit Socket(int file);
    static Result<Socket> open(const Address& address, std::chrono::milliseconds patience);
    Result<void> startTls(const Address& address, std::chrono::milliseconds patience);
    bool waitFor(short event, std::chrono::steady_clock::time_point deadline) const;
    int file() const { return *file_; }

    std::unique_ptr<int, Close> file_;
    std::unique_ptr<ssl_st, Free> tls_;  // goes first; nothing without TLS
};

}  // namespace nextjob::queue::redis
