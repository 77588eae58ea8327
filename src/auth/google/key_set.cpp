#include "auth/google/key_set.hpp"

#include "auth/token_form.hpp"

#include <boost/json.hpp>
#include <cjose/cjose.h>

#include <algorithm>

namespace nextjob::auth {

namespace json = boost::json;

namespace {

constexpr std::size_t maximumTokenBytes = 8192;
constexpr std::size_t maximumSetBytes = 128U << 10;
constexpr std::size_t maximumKeys = 64;
constexpr std::size_t minimumBits = 2048;

struct ReleaseSignature {
    void operator()(cjose_jws_t* signature) const { cjose_jws_release(signature); }
};
using Signature = std::unique_ptr<cjose_jws_t, ReleaseSignature>;

Signature imported(std::string_view token) {
    cjose_err error{};
    if (token.size() > maximumTokenBytes || !isTokenForm(token)) return nullptr;
    return Signature(cjose_jws_import(token.data(), token.size(), &error));
}

std::string_view headerField(cjose_jws_t* signature, const char* name) {
    const char* value = cjose_header_get(cjose_jws_get_protected(signature), name, nullptr);
    return value == nullptr ? std::string_view{} : std::string_view(value);
}

std::string_view textOf(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

// Whether the key says that it is one of those that we verify with.
bool isSigningKey(const json::value& key) {
    if (!key.is_object()) return false;
    const auto& object = key.get_object();
    const auto use = textOf(object, "use");
    const auto algorithm = textOf(object, "alg");
    return textOf(object, "kty") == "RSA" && !textOf(object, "kid").empty() && (use.empty() || use == "sig")
           && (algorithm.empty() || algorithm == "RS256") && isBase64Url(textOf(object, "n"))
           && isBase64Url(textOf(object, "e"));
}

}  // namespace

std::string keyIdOf(std::string_view token) {
    const auto signature = imported(token);
    return signature ? std::string(headerField(signature.get(), CJOSE_HDR_KID)) : std::string();
}

Result<KeySet> KeySet::parse(std::string_view text) {
    const auto refused = failure(ErrorCode::Invalid, "this is no set of keys");
    if (text.size() > maximumSetBytes) return refused;
    boost::system::error_code error;
    const auto document = json::parse(text, error);
    const auto* keys = !error && document.is_object() ? document.get_object().if_contains("keys") : nullptr;
    if (keys == nullptr || !keys->is_array() || keys->get_array().size() > maximumKeys) return refused;
    KeySet set;
    for (const auto& value : keys->get_array()) {
        if (!isSigningKey(value)) continue;
        const std::string one = json::serialize(value);
        cjose_err wrong{};
        std::unique_ptr<_cjose_jwk_int, JoseKey::Release> key(cjose_jwk_import(one.data(), one.size(), &wrong));
        if (!key || cjose_jwk_get_keysize(key.get(), &wrong) < minimumBits) continue;
        set.keys_.push_back({std::string(textOf(value.get_object(), "kid")), std::move(key)});
    }
    return set;
}

bool KeySet::has(std::string_view id) const { return std::ranges::find(keys_, id, &JoseKey::id) != keys_.end(); }

Result<std::string> KeySet::verify(std::string_view token) const {
    const auto refused = failure(ErrorCode::Unauthorized, "the token is not signed by Google");
    const auto signature = imported(token);
    if (!signature || headerField(signature.get(), CJOSE_HDR_ALG) != CJOSE_HDR_ALG_RS256) return refused;
    const auto key = std::ranges::find(keys_, headerField(signature.get(), CJOSE_HDR_KID), &JoseKey::id);
    cjose_err error{};
    if (key == keys_.end() || !cjose_jws_verify(signature.get(), key->key.get(), &error)) return refused;
    std::uint8_t* claims = nullptr;  // owned by the signature
    std::size_t size = 0;
    if (!cjose_jws_get_plaintext(signature.get(), &claims, &size, &error)) return refused;
    return std::string(reinterpret_cast<const char*>(claims), size);
}

}  // namespace nextjob::auth
