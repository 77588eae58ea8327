#include "auth/jwt.hpp"

#include "auth/token_form.hpp"

#include <cjose/cjose.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

namespace nextjob::auth {

namespace {

constexpr std::size_t minimumKeyBytes = 32;
constexpr std::size_t maximumTokenBytes = 4096;

struct ReleaseHeader {
    void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
struct ReleaseSignature {
    void operator()(cjose_jws_t* signature) const { cjose_jws_release(signature); }
};
using Header = std::unique_ptr<cjose_header_t, ReleaseHeader>;
using Signature = std::unique_ptr<cjose_jws_t, ReleaseSignature>;

[[noreturn]] void fail(const char* what, const cjose_err& error) {
    throw std::runtime_error(std::string(what) + ": " + error.message);
}

// The first bytes of the key's hash under a fixed context: names the key without helping to guess it.
std::string keyId(std::string_view secret) {
    std::array<unsigned char, 8> digest{};
    std::string input = "nextjob key id:";
    input += secret;
    std::array<unsigned char, crypto_generichash_BYTES> full{};
    crypto_generichash(full.data(), full.size(), reinterpret_cast<const unsigned char*>(input.data()), input.size(),
                       nullptr, 0);
    std::copy_n(full.begin(), digest.size(), digest.begin());
    std::array<char, 17> hex{};
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    return hex.data();
}

std::string_view field(cjose_header_t* header, const char* name) {
    const char* value = cjose_header_get(header, name, nullptr);
    return value == nullptr ? std::string_view{} : std::string_view(value);
}

}  // namespace

JwtKeys::JwtKeys(std::span<const std::string> secrets) {
    if (secrets.empty()) throw std::invalid_argument("no key to sign tokens with");
    for (const std::string& secret : secrets) {
        if (secret.size() < minimumKeyBytes) throw std::invalid_argument("a key that signs tokens needs 32 bytes");
        cjose_err error{};
        auto* key =
            cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size(), &error);
        if (key == nullptr) fail("making a token key", error);
        keys_.push_back({keyId(secret), std::unique_ptr<_cjose_jwk_int, JoseKey::Release>(key)});
    }
}

std::string JwtKeys::sign(std::string_view claims) const {
    cjose_err error{};
    const Header header(cjose_header_new(&error));
    if (!header || !cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_HS256, &error)
        || !cjose_header_set(header.get(), "typ", "JWT", &error)
        || !cjose_header_set(header.get(), CJOSE_HDR_KID, keys_.front().id.c_str(), &error))
        fail("making a token's header", error);
    const Signature signature(cjose_jws_sign(keys_.front().key.get(), header.get(),
                                             reinterpret_cast<const std::uint8_t*>(claims.data()), claims.size(),
                                             &error));
    const char* token = nullptr;  // owned by the signature
    if (!signature || !cjose_jws_export(signature.get(), &token, &error)) fail("signing a token", error);
    return token;
}

Result<std::string> JwtKeys::verify(std::string_view token) const {
    const auto refused = failure(ErrorCode::Unauthorized, "the token is not valid");
    if (token.size() > maximumTokenBytes || !isTokenForm(token)) return refused;
    cjose_err error{};
    const Signature signature(cjose_jws_import(token.data(), token.size(), &error));
    if (!signature) return refused;
    cjose_header_t* header = cjose_jws_get_protected(signature.get());  // owned by the signature
    if (field(header, CJOSE_HDR_ALG) != CJOSE_HDR_ALG_HS256) return refused;
    const auto key = std::ranges::find(keys_, field(header, CJOSE_HDR_KID), &JoseKey::id);
    if (key == keys_.end() || !cjose_jws_verify(signature.get(), key->key.get(), &error)) return refused;
    std::uint8_t* claims = nullptr;  // owned by the signature
    std::size_t size = 0;
    if (!cjose_jws_get_plaintext(signature.get(), &claims, &size, &error)) return refused;
    return std::string(reinterpret_cast<const char*>(claims), size);
}

}  // namespace nextjob::auth
