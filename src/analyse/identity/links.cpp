#include "analyse/identity/links.hpp"

#include "analyse/identity/link_rules.hpp"
#include "model/embedded.hpp"
#include "text/find_any.hpp"
#include "text/lines.hpp"

#include <algorithm>
#include <optional>

namespace nextjob::analyse {

namespace {

constexpr std::size_t longestLink = 16U << 10U;
constexpr int deepestNesting = 6;
constexpr std::size_t shortestPacked = 16;  // characters of base64 that could hold an address

const LinkRules& rules() {
    static const LinkRules instance(embedded("analyse/identity/data/links.json"));
    return instance;
}

// The text with percent signs resolved as often as it takes to begin with http://; nothing when it never
// does.
std::optional<std::string> asAddress(std::string_view value) {
    std::string text(value);
    for (int round = 0; round < 3; ++round) {
        if (isWebAddress(text)) return parseUrl(text).host.empty() ? std::nullopt : std::optional(text);
        if (text.find('%') == std::string::npos) return std::nullopt;
        text = percentDecode(text);
    }
    return std::nullopt;
}

// urldefense, version 2: u=https-3A__www.example.com_jobs, with - for % and _ for /.
std::optional<std::string> proofpointTwo(const Url& url) {
    if (!url.host.starts_with("urldefense.") || !url.path.starts_with("/v2/")) return std::nullopt;
    for (const auto& [name, value] : url.parameters()) {
        if (name != "u") continue;
        std::string text(value);
        std::ranges::replace(text, '-', '%');
        std::ranges::replace(text, '_', '/');
        return asAddress(text);
    }
    return std::nullopt;
}

// urldefense, version 3: /v3/__https://…__;Kys!!…, where * stands for the next character of the base64 behind
// the semicolon, and ** with a letter for a run of them.
std::optional<std::string> proofpointThree(std::string_view link) {
    constexpr std::string_view runs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto start = link.find("/v3/__");
    if (start == std::string_view::npos) return std::nullopt;
    auto target = link.substr(start + 6);
    const auto end = target.find("__;");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string letters = base64Decode(target.substr(end + 3));
    target = target.substr(0, end);
    std::string out;
    std::size_t used = 0;
    for (std::size_t at = 0; at < target.size(); ++at) {
        if (target[at] != '*') {
            out.push_back(target[at]);
            continue;
        }
        std::size_t count = 1;
        if (at + 2 < target.size() && target[at + 1] == '*' && runs.find(target[at + 2]) != std::string_view::npos) {
            count = runs.find(target[at + 2]) + 2;
            at += 2;
        }
        out += letters.substr(std::min(used, letters.size()), count);
        used += count;
    }
    return asAddress(out);
}

// An address inside the path: /L0/https:%2F%2Fexample.com%2Fjobs/1/0100 ends at the slash that is not
// encoded; /https://example.com/jobs?id=1 runs to the end.
std::optional<std::string> targetInPath(std::string_view link) {
    const auto own = link.find("://") + 3;
    const std::string lowered = lowerAscii(
        link.substr(0, std::min(link.size(), own + std::min(text::findAny(link.substr(own), "?#"), link.size()))));
    for (auto at = lowered.find("http", own); at != std::string::npos; at = lowered.find("http", at + 1)) {
        const auto rest = std::string_view(lowered).substr(at);
        const auto afterName = rest.starts_with("https") ? rest.substr(5) : rest.substr(4);
        if (afterName.starts_with("://")) return asAddress(link.substr(at));
        const bool encoded = afterName.starts_with(":%2f%2f") || afterName.starts_with("%3a%2f%2f")
                             || afterName.starts_with("%3a//") || afterName.starts_with("%253a");
        if (!encoded) continue;
        const auto slash = rest.find('/', rest.find("//") == 8 ? 10 : 0);
        return asAddress(link.substr(at, std::min(slash, rest.size())));
    }
    return std::nullopt;
}

std::optional<std::string> targetInQuery(const Url& url) {
    const bool wrapper = rules().isWrapper(url);
    for (const auto& [name, value] : url.parameters())
        if (wrapper || rules().mayHoldTarget(name))
            if (auto target = asAddress(value)) return target;
    return std::nullopt;
}

// A wrapped address begins with http, its h perhaps encoded.
bool mayHoldTarget(std::string_view link) {
    const auto is = [&](std::size_t at, char wanted) { return (link[at] | 0x20) == wanted; };
    for (std::size_t at = std::string_view("https").size(); at + 2 < link.size(); ++at) {
        if (is(at, 't') && is(at + 1, 't') && is(at + 2, 'p')) return true;
    }
    return false;
}

std::optional<std::string> openTarget(std::string_view link) {
    if (!mayHoldTarget(link)) return std::nullopt;
    const Url url = parseUrl(link);
    if (url.host.empty()) return std::nullopt;
    if (auto target = proofpointTwo(url)) return target;
    if (url.host.starts_with("urldefense."))
        if (auto target = proofpointThree(link)) return target;
    // A job's own page may name other addresses (where to return to); it is no wrapper.
    if (rules().boardKey(url)) return std::nullopt;
    if (auto target = targetInPath(link)) return target;
    return targetInQuery(url);
}

// "http" as base64 shows it, at each of the three places that it can have in a group of bytes.
bool mayPackAddress(std::string_view piece) {
    return piece.size() >= shortestPacked
           && (piece.contains("aHR0c") || piece.contains("h0dH") || piece.contains("odHRw"));
}

// The first address in the bytes that a piece of base64 packs; JSON's \/ counts as /.
std::optional<std::string> packedAddress(std::string_view piece) {
    if (!mayPackAddress(piece)) return std::nullopt;
    std::string bytes = base64Decode(piece);
    std::erase(bytes, '\\');
    const auto at = std::min(bytes.find("http://"), bytes.find("https://"));
    if (at == std::string::npos) return std::nullopt;
    const auto ends = [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || (c & 0x80) != 0 || c == '"' || c == '\'' || c == '<' || c == '>';
    };
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    return asAddress(std::string(begin, std::find_if(begin, bytes.end(), ends)));
}

std::optional<std::string> packedTarget(const Url& url) {
    const auto tryPieces = [](std::string_view text) -> std::optional<std::string> {
        if (text.size() < shortestPacked) return std::nullopt;
        const std::string decoded = percentDecode(text);
        for (const auto piece : text::split(decoded, "."))
            if (auto target = packedAddress(piece)) return target;
        return std::nullopt;
    };
    for (const auto segment : url.segments())
        if (auto target = tryPieces(segment)) return target;
    for (const auto& [name, value] : url.parameters())
        if (auto target = tryPieces(value)) return target;
    return std::nullopt;
}

std::string webKey(const Url& url) {
    std::string_view host = url.host;
    if (host.starts_with("www.")) host.remove_prefix(4);
    std::string key(host);
    for (const auto segment : url.segments()) key += '/' + percentDecode(segment);
    std::vector<std::string> kept;
    for (const auto& [name, value] : url.parameters())
        if (!rules().isTracking(name)) kept.push_back(percentDecode(name) + '=' + percentDecode(value));
    // "#/jobs/17" is a page of its own in some applications.
    if (url.fragment.starts_with('/') || url.fragment.starts_with("!/"))
        kept.push_back('#' + std::string(url.fragment));
    if (kept.empty() && rules().isListPage(url)) return {};
    std::ranges::sort(kept);
    for (std::size_t i = 0; i < kept.size(); ++i) key += (i == 0 ? '?' : '&') + kept[i];
    return key;
}

std::string targetKey(std::string_view target, int depth) {
    const Url url = parseUrl(target);
    if (url.host.empty() || depth == deepestNesting) return {};
    if (auto key = rules().boardKey(url)) return *key;
    if (const auto packed = packedTarget(url)) return targetKey(unwrap(*packed), depth + 1);
    if (rules().isOpaque(url)) return {};
    return webKey(url);
}

}  // namespace

std::string unwrap(std::string_view link) {
    std::string current(link.size() > longestLink ? link : text::trim(link));
    if (current.size() > longestLink) return current;
    for (int depth = 0; depth < deepestNesting; ++depth) {
        auto target = openTarget(current);
        if (!target) break;
        current = std::move(*target);
    }
    return current;
}

std::string linkKey(std::string_view link) { return targetKey(unwrap(link)); }

std::string targetKey(std::string_view target) {
    return target.size() > longestLink ? std::string() : targetKey(target, 0);
}

}  // namespace nextjob::analyse
