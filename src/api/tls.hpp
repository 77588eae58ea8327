#pragma once

#include <boost/asio/ssl/context.hpp>
#include <spdlog/fwd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

namespace nextjob::api {

// A server's certificate and key, as PEM.
struct TlsFiles {
    std::filesystem::path certificates;  // the server's own first, then those that lead to a root
    std::filesystem::path key;
};

// What a TLS handshake needs, from files that are read anew when they change, so that a renewed certificate needs no
// restart. TLS 1.2 and 1.3 with forward secrecy. Shared by all threads.
class Tls {
  public:
    // Throws std::runtime_error that says which file is wrong and how.
    Tls(TlsFiles files, std::shared_ptr<spdlog::logger> log);

    // For the next connection. A changed file that can't be used is logged, and the earlier one stays.
    std::shared_ptr<boost::asio::ssl::context> current();

  private:
    using Clock = std::chrono::steady_clock;

    const TlsFiles files_;
    const std::shared_ptr<spdlog::logger> log_;
    std::mutex mutex_;
    Clock::time_point nextLook_;
    std::filesystem::file_time_type certificatesTime_, keyTime_;
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace nextjob::api
