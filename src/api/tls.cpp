#include "api/tls.hpp"

#include "observe/log.hpp"

#include <boost/asio/ssl/error.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <stdexcept>
#include <string_view>

namespace nextjob::api {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds lookInterval{30};
// For TLS 1.2; those of 1.3 are all sound. Ephemeral keys and authenticated encryption only.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

// The one protocol that we speak over TLS, in the form of ALPN: its length, then its name.
constexpr std::string_view alpn = "\x08http/1.1";

int chooseProtocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                   unsigned offeredSize, void* /*unused*/) {
    const auto* ours = reinterpret_cast<const unsigned char*>(alpn.data());
    // OpenSSL's own signature lacks the const.
    const int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size, ours,
                                            static_cast<unsigned>(alpn.size()), offered, offeredSize);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool isMismatch(const error_code& error) {
    return error.category() == boost::asio::error::get_ssl_category()
           && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH;
}

[[noreturn]] void unusable(const char* variable, const std::filesystem::path& file, const error_code& error) {
    throw std::runtime_error(
        fmt::format("{} is {}, which can't be used: {}. Give a file in PEM form that this user may "
                    "read.",
                    variable, file.string(), error.message()));
}

std::shared_ptr<ssl::context> load(const TlsFiles& files) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, ciphers);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_alpn_select_cb(native, chooseProtocol, nullptr);
    error_code error;
    // A key under a passphrase is refused: nobody is there to type it.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
    context->use_certificate_chain_file(files.certificates.string(), error);
    if (error) unusable("TLS_CERT_FILE", files.certificates, error);
    context->use_private_key_file(files.key.string(), ssl::context::pem, error);
    if (error && !isMismatch(error)) unusable("TLS_KEY_FILE", files.key, error);
    if (error)
        throw std::runtime_error(fmt::format("The key in {} does not belong to the certificate in {}.",
                                             files.key.string(), files.certificates.string()));
    return context;
}

std::filesystem::file_time_type changed(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::last_write_time(file, error);
}

}  // namespace

Tls::Tls(TlsFiles files, std::shared_ptr<spdlog::logger> log)
    : files_(std::move(files)),
      log_(std::move(log)),
      nextLook_(Clock::now() + lookInterval),
      certificatesTime_(changed(files_.certificates)),
      keyTime_(changed(files_.key)),
      context_(load(files_)) {}

std::shared_ptr<ssl::context> Tls::current() {
    const std::scoped_lock lock(mutex_);
    const auto now = Clock::now();
    if (now < nextLook_) return context_;
    nextLook_ = now + lookInterval;
    const auto certificates = changed(files_.certificates);
    const auto key = changed(files_.key);
    if (certificates == certificatesTime_ && key == keyTime_) return context_;
    try {
        context_ = load(files_);
        certificatesTime_ = certificates;
        keyTime_ = key;
        observe::log(*log_, observe::Level::Info, "certificate_renewed");
    } catch (const std::exception& error) {
        observe::log(*log_, observe::Level::Error, "certificate_unusable",
                     {{"reason", std::string_view(error.what())}});
    }
    return context_;
}

}  // namespace nextjob::api
