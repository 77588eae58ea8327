#include "support/google_signer.hpp"

#include "net/http/retry.hpp"

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace nextjob::test {

GoogleSigner::GoogleSigner(std::string id) {
    constexpr std::array<std::uint8_t, 3> exponent{1, 0, 1};
    cjose_err error{};
    key_.reset(cjose_jwk_create_RSA_random(2048, exponent.data(), exponent.size(), &error));
    if (!key_ || !cjose_jwk_set_kid(key_.get(), id.c_str(), id.size(), &error)) throw std::runtime_error(error.message);
}

std::string GoogleSigner::sign(const std::string& claims, const char* algorithm) const {
    cjose_err error{};
    cjose_header_t* header = cjose_header_new(&error);
    cjose_header_set(header, CJOSE_HDR_ALG, algorithm, &error);
    cjose_header_set(header, CJOSE_HDR_KID, cjose_jwk_get_kid(key_.get(), &error), &error);
    cjose_jws_t* signature =
        cjose_jws_sign(key_.get(), header, reinterpret_cast<const std::uint8_t*>(claims.data()), claims.size(), &error);
    if (signature == nullptr) throw std::runtime_error(error.message);
    const char* token = nullptr;
    cjose_jws_export(signature, &token, &error);
    std::string result(token);
    cjose_jws_release(signature);
    cjose_header_release(header);
    return result;
}

std::string GoogleSigner::publicJson() const {
    cjose_err error{};
    char* text = cjose_jwk_to_json(key_.get(), false, &error);
    std::string json(text);
    std::free(text);
    return json;
}

Task<Result<net::HttpReply>> ScriptedHttp::send(net::HttpRequest request) {
    ++requests;
    co_await net::pause(std::chrono::milliseconds(1));
    co_return answer_(request);
}

}  // namespace nextjob::test
