#include "analyse/identity/link_rules.hpp"

#include "text/lines.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>

namespace nextjob::analyse {

namespace json = boost::json;

namespace {

constexpr std::size_t longestId = 128;

std::vector<std::string> strings(const json::object& object, std::string_view key) {
    std::vector<std::string> out;
    if (const auto* value = object.if_contains(key))
        for (const auto& each : value->as_array()) out.emplace_back(each.as_string());
    return out;
}

std::vector<std::vector<std::string>> paths(const json::object& object, std::string_view key) {
    std::vector<std::vector<std::string>> out;
    for (const auto& path : strings(object, key)) {
        auto& segments = out.emplace_back();
        for (const auto part : text::split(path, "/")) segments.emplace_back(part);
    }
    return out;
}

// "x.com" is x.com and all below it; "x.*" is x under a country's domain: x.de, x.co.uk, fr.x.com.
bool hostMatches(std::string_view host, std::string_view pattern) {
    if (pattern.ends_with(".*")) {
        const auto name = pattern.substr(0, pattern.size() - 1);  // with its dot
        const auto at = host.rfind(name);
        if (at == std::string_view::npos || (at > 0 && host[at - 1] != '.')) return false;
        const auto suffix = host.substr(at + name.size());
        const auto dot = suffix.find('.');
        if (dot == std::string_view::npos) return !suffix.empty();
        return (suffix.substr(0, dot) == "co" || suffix.substr(0, dot) == "com") && suffix.rfind('.') == dot;
    }
    return host.ends_with(pattern) && (host.size() == pattern.size() || host[host.size() - pattern.size() - 1] == '.');
}

bool anyHost(std::string_view host, const std::vector<std::string>& patterns) {
    return std::ranges::any_of(patterns, [&](const auto& pattern) { return hostMatches(host, pattern); });
}

// Names in any case; a final * stands for any ending.
bool anyName(std::string_view name, const std::vector<std::string>& patterns) {
    return std::ranges::any_of(patterns, [&](std::string_view pattern) {
        if (!pattern.ends_with('*')) return equalNoCase(name, pattern);
        pattern.remove_suffix(1);
        return equalNoCase(name.substr(0, pattern.size()), pattern);
    });
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isHex(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string lastDigits(std::string_view text) {
    for (std::size_t end = text.size(); end > 0;) {
        if (!isDigit(text[end - 1])) {
            --end;
            continue;
        }
        std::size_t begin = end;
        while (begin > 0 && isDigit(text[begin - 1])) --begin;
        if (end - begin >= 5) return std::string(text.substr(begin, end - begin));
        end = begin;
    }
    return {};
}

std::string lastUuid(std::string_view text) {
    constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    for (std::size_t at = text.size() + 1; at-- > 0;) {
        const auto part = text.substr(at, shape.size());
        const auto fits = [](char c, char s) { return s == '-' ? c == '-' : isHex(c); };
        if (part.size() == shape.size() && std::ranges::equal(part, shape, fits)) return lowerAscii(part);
    }
    return {};
}

std::string longHex(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && isHex(text[end])) ++end;
        if (end - at >= 16) return lowerAscii(text.substr(at, end - at));
        at = end + 1;
    }
    return {};
}

// Workday: "Data-Engineer_R-12345-1"; the last number counts the copies of one posting.
std::string afterUnderscore(std::string_view text) {
    const auto mark = text.rfind('_');
    if (mark == std::string_view::npos || mark + 1 == text.size()) return {};
    auto id = text.substr(mark + 1);
    const auto dash = id.rfind('-');
    if (dash != std::string_view::npos && dash + 1 < id.size() && id.size() - dash <= 3
        && id.substr(0, dash).find_first_of("0123456789") != std::string_view::npos
        && std::ranges::all_of(id.substr(dash + 1), isDigit))
        id = id.substr(0, dash);
    return std::string(id);
}

}  // namespace

LinkRules::LinkRules(std::string_view text) {
    const auto root = json::parse(text).as_object();
    for (const auto& each : root.at("boards").as_array()) {
        const auto& board = each.as_object();
        const auto* tenant = board.if_contains("tenant");
        boards_.push_back({std::string(board.at("name").as_string()), strings(board, "hosts"),
                           idKind(board.at("id").as_string()), strings(board, "query"), paths(board, "paths"),
                           tenant != nullptr && tenant->as_bool()});
    }
    for (std::size_t board = 0; board < boards_.size(); ++board) {
        if (boards_[board].hosts.empty()) anyHostBoards_.push_back(board);
        for (const std::string_view host : boards_[board].hosts) {
            auto& known = boardsByLabel_[std::string(host.substr(0, host.find('.')))];
            if (known.empty() || known.back() != board) known.push_back(board);
        }
    }
    tracking_ = strings(root, "tracking");
    openParameters_ = strings(root, "openParameters");
    opaqueHosts_ = strings(root, "opaqueHosts");
    opaqueLabels_ = strings(root, "opaqueLabels");
    opaquePaths_ = paths(root, "opaquePaths");
    listPages_ = paths(root, "listPages");
}

LinkRules::IdKind LinkRules::idKind(std::string_view name) {
    constexpr std::array<std::string_view, 6> names{"digits", "leading", "uuid", "hex", "after_", "segment"};
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw std::runtime_error("links.json: no kind of id: " + std::string(name));
    return static_cast<IdKind>(found - names.begin());
}

std::string LinkRules::readId(IdKind kind, std::string_view text) {
    switch (kind) {
        case IdKind::Digits: return lastDigits(text);
        case IdKind::Leading:
            return std::string(text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size())));
        case IdKind::Uuid: return lastUuid(text);
        case IdKind::Hex: return longHex(text);
        case IdKind::AfterUnderscore: return afterUnderscore(text);
        case IdKind::Segment: return std::string(text);
    }
    return {};
}

std::string LinkRules::idInPath(const Board& board, std::span<const std::string_view> segments) {
    for (const auto& path : board.paths) {
        for (std::size_t start = 0; start + path.size() <= segments.size(); ++start) {
            std::string id;
            const bool fits = std::ranges::equal(
                path, segments.subspan(start, path.size()), [&](const std::string& want, std::string_view have) {
                    const auto hole = want.find("{id}");
                    if (hole == std::string::npos) return want == "*" || equalNoCase(want, have);
                    if (!equalNoCase(have.substr(0, hole), std::string_view(want).substr(0, hole))) return false;
                    id = readId(board.id, percentDecode(have.substr(hole)));
                    return !id.empty();
                });
            if (fits) return id;
        }
    }
    return {};
}

// In the order of the rules.
std::vector<std::size_t> LinkRules::boardsOf(std::string_view host) const {
    auto boards = anyHostBoards_;
    for (const auto label : text::split(host, ".")) {
        const auto found = boardsByLabel_.find(label);
        if (found == boardsByLabel_.end()) continue;
        std::ranges::copy_if(found->second, std::back_inserter(boards),
                             [&](std::size_t board) { return anyHost(host, boards_[board].hosts); });
    }
    std::ranges::sort(boards);
    return boards;
}

std::optional<std::string> LinkRules::boardKey(const Url& url) const {
    const auto segments = url.segments();
    const auto parameters = url.parameters();
    for (const auto index : boardsOf(url.host)) {
        const auto& board = boards_[index];
        std::string id;
        for (const auto& [name, value] : parameters)
            if (id.empty() && anyName(name, board.query)) id = readId(board.id, percentDecode(value));
        if (id.empty()) id = idInPath(board, segments);
        if (id.empty() || id.size() > longestId) continue;
        return board.tenant ? board.name + "/" + url.host + "/" + id : board.name + "/" + id;
    }
    return std::nullopt;
}

bool LinkRules::isTracking(std::string_view parameter) const { return anyName(parameter, tracking_); }

bool LinkRules::mayHoldTarget(std::string_view parameter) const { return anyName(parameter, openParameters_); }

bool LinkRules::isWrapper(const Url& url) const { return anyHost(url.host, opaqueHosts_); }

bool LinkRules::isOpaque(const Url& url) const {
    if (isWrapper(url)) return true;
    const auto label = std::string_view(url.host).substr(0, url.host.find('.'));
    const bool mailing =
        std::ranges::count(url.host, '.') >= 2 && std::ranges::find(opaqueLabels_, label) != opaqueLabels_.end();
    if (mailing) return true;
    const auto segments = url.segments();
    return std::ranges::any_of(opaquePaths_, [&](const auto& path) {
        // A redirect's path begins with its word; "/jobs/r" is a job's.
        return path.size() <= segments.size()
               && std::ranges::equal(path, std::span(segments).first(path.size()), equalNoCase);
    });
}

bool LinkRules::isListPage(const Url& url) const {
    const auto segments = url.segments();
    if (segments.empty()) return true;
    return std::ranges::any_of(listPages_, [&](const auto& path) {
        return path.size() <= segments.size()
               && std::ranges::equal(path, std::span(segments).last(path.size()), equalNoCase);
    });
}

}  // namespace nextjob::analyse
