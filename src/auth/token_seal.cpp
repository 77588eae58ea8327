#include "auth/token_seal.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace nextjob::auth {

namespace {

constexpr std::size_t nonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytesOf(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// BLAKE2b of the secret for one purpose, so that no other use of the secret tells of the key.
template <std::size_t Size>
std::array<unsigned char, Size> drawn(std::string_view purpose, std::string_view secret) {
    std::array<unsigned char, Size> out{};
    crypto_generichash(out.data(), out.size(), bytesOf(secret), secret.size(), bytesOf(purpose), purpose.size());
    return out;
}

std::string boundTo(UserId user) { return fmt::format("google tokens of user {}", user); }

std::string textOf(const boost::json::value& tokens, std::string_view name) {
    const auto* value = tokens.is_object() ? tokens.get_object().if_contains(name) : nullptr;
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

TokenSeal::TokenSeal(std::span<const std::string> secrets) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium found no source of random numbers");
    if (secrets.empty()) throw std::invalid_argument("sealing tokens needs a secret");
    for (const std::string& secret : secrets) {
        const auto id = drawn<crypto_generichash_BYTES_MIN>("nextjob token seal id", secret);
        keys_.push_back(
            {fmt::format("{:02x}", fmt::join(std::span(id).first(8), "")), drawn<32>("nextjob token seal", secret)});
    }
}

Sealed TokenSeal::seal(std::string_view secret, std::string_view bound) const {
    const Key& key = keys_.front();
    std::string sealed(nonceBytes + secret.size() + tagBytes, '\0');
    randombytes_buf(sealed.data(), nonceBytes);
    unsigned char* out = bytesOf(sealed);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + nonceBytes, nullptr, bytesOf(secret), secret.size(),
                                               bytesOf(bound), bound.size(), nullptr, out, key.bytes.data());
    return {.bytes = std::move(sealed), .keyId = key.id};
}

Result<std::string> TokenSeal::open(const Sealed& sealed, std::string_view bound) const {
    const auto refused = failure(ErrorCode::Unauthorized, "It is sealed by a key that is not here.");
    const auto key = std::ranges::find(keys_, sealed.keyId, &Key::id);
    const std::string_view bytes = sealed.bytes;
    if (key == keys_.end() || bytes.size() < nonceBytes + tagBytes) return refused;
    std::string plain(bytes.size() - nonceBytes - tagBytes, '\0');
    const auto box = bytes.substr(nonceBytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytesOf(plain), nullptr, nullptr, bytesOf(box), box.size(),
                                                   bytesOf(bound), bound.size(), bytesOf(bytes), key->bytes.data())
        != 0)
        return refused;
    return plain;
}

void TokenSeal::seal(const GoogleTokens& tokens, GoogleCredential& into) const {
    auto sealed =
        seal(boost::json::serialize(boost::json::object{{"access", tokens.access}, {"refresh", tokens.refresh}}),
             boundTo(into.user));
    into.sealed = std::move(sealed.bytes);
    into.keyId = std::move(sealed.keyId);
}

Result<GoogleTokens> TokenSeal::open(const GoogleCredential& credential) const {
    const auto refused = failure(ErrorCode::Unauthorized, "The Google tokens are sealed by a key that is not here.");
    const auto plain = open({.bytes = credential.sealed, .keyId = credential.keyId}, boundTo(credential.user));
    if (!plain) return refused;
    boost::system::error_code error;
    const auto tokens = boost::json::parse(*plain, error);
    if (error) return refused;
    return GoogleTokens{.access = textOf(tokens, "access"), .refresh = textOf(tokens, "refresh")};
}

}  // namespace nextjob::auth
