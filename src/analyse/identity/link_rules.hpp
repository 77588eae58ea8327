#pragma once

#include "analyse/identity/url.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextjob::analyse {

// data/links.json, read once: what links of which host mean. Immutable.
class LinkRules {
  public:
    // Throws when the data is not well-formed: it is part of the program.
    explicit LinkRules(std::string_view json);

    // "linkedin/4012345678" when the address is a job's on a board that the rules know.
    std::optional<std::string> boardKey(const Url& url) const;

    bool isTracking(std::string_view parameter) const;
    bool mayHoldTarget(std::string_view parameter) const;
    bool isWrapper(const Url& url) const;   // a host that does nothing but redirect
    bool isOpaque(const Url& url) const;    // a redirect of any host, by its path or host's first label too
    bool isListPage(const Url& url) const;  // home, search, settings: no one job

  private:
    enum class IdKind : std::uint8_t { Digits, Leading, Uuid, Hex, AfterUnderscore, Segment };

    struct Board {
        std::string name;
        std::vector<std::string> hosts;
        IdKind id;
        std::vector<std::string> query;
        std::vector<std::vector<std::string>> paths;  // segments
        bool tenant;
    };

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::vector<std::size_t> boardsOf(std::string_view host) const;
    static IdKind idKind(std::string_view name);
    static std::string readId(IdKind kind, std::string_view text);
    static std::string idInPath(const Board& board, std::span<const std::string_view> segments);

    std::vector<Board> boards_;
    // By the first label of a host's pattern: a host is looked up by its labels, not beside every board's.
    std::unordered_map<std::string, std::vector<std::size_t>, Hash, std::equal_to<>> boardsByLabel_;
    std::vector<std::size_t> anyHostBoards_;
    std::vector<std::string> tracking_, openParameters_, opaqueHosts_, opaqueLabels_;
    std::vector<std::vector<std::string>> opaquePaths_, listPages_;
};

}  // namespace nextjob::analyse
