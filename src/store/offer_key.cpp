#include "store/offer_key.hpp"

#include "model/stored_offer.hpp"

#include <sodium.h>

#include <array>
#include <map>
#include <set>
#include <string>

namespace nextjob::store {
namespace {

constexpr std::string_view linkMark = "l:";
constexpr std::string_view textMark = "t:";

// The links that stand under offers of different words.
std::set<std::string_view> linksOfSeveral(const std::vector<const OfferSighting*>& offers) {
    std::map<std::string_view, std::string_view> words;
    std::set<std::string_view> shared;
    for (const OfferSighting* offer : offers) {
        const auto [entry, first] = words.emplace(offer->linkKey, offer->textKey);
        if (!first && entry->second != offer->textKey) shared.insert(offer->linkKey);
    }
    return shared;
}

OfferKeys keysWith(std::string_view link, std::string_view text) {
    OfferKeys keys;
    std::string marked;
    if (!link.empty()) {
        marked.append(linkMark).append(link);
        keys.link = offerKey(marked);
        keys.board = boardOfKey(marked);
    }
    if (!text.empty()) {
        marked.assign(textMark).append(text);
        keys.text = offerKey(marked);
    }
    return keys;
}

}  // namespace

OfferKey offerKey(std::string_view text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    std::uint64_t key = 0;
    for (std::size_t byte = 0; byte < sizeof key; ++byte) key = key << 8U | hash[byte];
    return static_cast<OfferKey>(key);
}

Board boardOfKey(std::string_view text) {
    if (!text.starts_with(linkMark)) return 0;
    const auto colon = text.find(':', linkMark.size());
    if (colon == std::string_view::npos) return 0;
    const auto name = text.substr(linkMark.size(), colon + 1 - linkMark.size());
    if (name == "web:") return 0;
    const auto board = static_cast<Board>(offerKey(name));
    return board == 0 ? 1 : board;
}

OfferKeys keysOf(const OfferSighting& offer) { return keysWith(offer.linkKey, offer.textKey); }

std::vector<OfferKeys> keysOf(const std::vector<const OfferSighting*>& offers) {
    const auto shared = linksOfSeveral(offers);
    std::vector<OfferKeys> keys;
    keys.reserve(offers.size());
    for (const OfferSighting* offer : offers)
        keys.push_back(keysWith(shared.contains(offer->linkKey) ? "" : offer->linkKey, offer->textKey));
    return keys;
}

std::vector<OfferKeys> keysOf(const std::vector<OfferSighting>& offers) {
    std::vector<const OfferSighting*> all;
    for (const OfferSighting& offer : offers) all.push_back(&offer);
    return keysOf(all);
}

}  // namespace nextjob::store
