#include "net/imap/imap_parse.hpp"

#include "net/imap/folder_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace nextjob::net {

namespace {

constexpr int deepestList = 8;
constexpr std::size_t shownBytes = 200;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool sameWord(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::string_view takeWord(std::string_view& text) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
}

// Reads the values of a response one after the other, literals among them.
class Values {
  public:
    explicit Values(ImapResponse response) : response_(std::move(response)) {}

    bool atEnd() { return piece_ + 1 == response_.text.size() && rest().empty(); }

    // A character that must come now.
    bool take(char c) {
        if (!rest().starts_with(c)) return false;
        ++at_;
        return true;
    }

    // An atom, a name such as BODY[HEADER.FIELDS (FROM)]<0>, or a number.
    std::optional<std::string> atom() {
        const auto text = rest();
        std::size_t size = 0;
        while (size < text.size() && text[size] != ' ' && text[size] != '(' && text[size] != ')' && text[size] != '"') {
            if (text[size] == '[') {
                size = text.find(']', size);
                if (size == std::string_view::npos) return std::nullopt;
            }
            ++size;
        }
        if (size == 0) return std::nullopt;
        at_ += size;
        return std::string(text.substr(0, size));
    }

    // A quoted string, a literal, or an atom; NIL is "".
    std::optional<std::string> string() {
        if (rest().starts_with('"')) return quoted();
        if (rest().empty() && piece_ < response_.literals.size()) {
            at_ = 0;
            return std::move(response_.literals[piece_++]);
        }
        auto word = atom();
        if (word && sameWord(*word, "NIL")) word->clear();
        return word;
    }

    // Over a value of any kind.
    bool skip(int depth = 0) {
        if (!take('(')) return string().has_value();
        if (depth == deepestList) return false;
        while (!take(')')) {
            if (!skip(depth + 1)) return false;
            take(' ');
        }
        return true;
    }

  private:
    std::string_view rest() const { return std::string_view(response_.text[piece_]).substr(at_); }

    std::optional<std::string> quoted() {
        std::string value;
        const auto text = rest();
        for (std::size_t at = 1; at < text.size(); ++at) {
            if (text[at] == '"') {
                at_ += at + 1;
                return value;
            }
            if (text[at] == '\\' && ++at == text.size()) break;
            value += text[at];
        }
        return std::nullopt;
    }

    ImapResponse response_;
    std::size_t piece_ = 0, at_ = 0;
};

bool takeItem(Values& values, ImapFetched& into) {
    const auto name = values.atom();
    if (!name || !values.take(' ')) return false;
    if (sameWord(*name, "UID")) {
        const auto number = numberOf(values.atom().value_or(""));
        into.uid = number.value_or(0);
        return number.has_value();
    }
    if (sameWord(*name, "RFC822.SIZE")) {
        const auto digits = values.atom().value_or("");
        std::uint64_t size = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
        if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return false;
        into.size = size;
        return true;
    }
    if (sameWord(*name, "BODY[]") || sameWord(*name, "BODY[]<0>")) {
        into.body = values.string();
        return into.body.has_value();
    }
    return values.skip();
}

}  // namespace

std::optional<ImapStatus> statusOf(std::string_view text) {
    using enum ImapStatus::Kind;
    constexpr std::array kinds{std::pair{"OK", Ok}, std::pair{"NO", No}, std::pair{"BAD", Bad}, std::pair{"BYE", Bye},
                               std::pair{"PREAUTH", Preauth}};
    const auto word = takeWord(text);
    const auto kind = std::ranges::find_if(kinds, [&](const auto& known) { return sameWord(known.first, word); });
    if (kind == kinds.end()) return std::nullopt;
    ImapStatus status{.kind = kind->second, .code = {}, .argument = {}, .text = text};
    const auto end = text.find(']');
    if (!text.starts_with('[') || end == std::string_view::npos) return status;
    auto code = text.substr(1, end - 1);
    status.text = text.substr(std::min(text.size(), end + 2));
    status.code = takeWord(code);
    status.argument = code;
    return status;
}

std::optional<std::string_view> dataOf(std::string_view text, std::string_view name) {
    if (!sameWord(takeWord(text), name)) return std::nullopt;
    return text;
}

bool hasWord(std::string_view words, std::string_view word) {
    while (!words.empty())
        if (sameWord(takeWord(words), word)) return true;
    return false;
}

std::optional<std::uint32_t> numberOf(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
    return number;
}

std::optional<std::vector<ImapUid>> uidsOf(std::string_view data, std::size_t limit) {
    std::vector<ImapUid> uids;
    while (!data.empty()) {
        const auto word = takeWord(data);
        if (word.empty()) continue;
        if (word.starts_with('(')) break;  // "(MODSEQ …)" of servers that tell more
        const auto uid = numberOf(word);
        if (!uid || uids.size() == limit) return std::nullopt;
        uids.push_back(*uid);
    }
    return uids;
}

std::optional<ImapFolder> folderOf(ImapResponse response) {
    Values values(std::move(response));
    const auto list = values.atom();
    if (!list || !sameWord(*list, "LIST") || !values.take(' ') || !values.take('(')) return std::nullopt;
    ImapFolder folder;
    while (!values.take(')')) {
        const auto flag = values.atom();
        if (!flag) return std::nullopt;
        if (sameWord(*flag, "\\Noselect") || sameWord(*flag, "\\NonExistent")) folder.selectable = false;
        values.take(' ');
    }
    if (!values.take(' ') || !values.string() || !values.take(' ')) return std::nullopt;
    const auto encoded = values.string();
    if (!encoded || encoded->empty() || !values.atEnd()) return std::nullopt;
    auto name = decodedFolder(*encoded);
    if (!name) return std::nullopt;
    folder.name = std::move(*name);
    return folder;
}

std::optional<ImapFetched> fetchedOf(ImapResponse response) {
    Values values(std::move(response));
    if (!numberOf(values.atom().value_or("")) || !values.take(' ')) return std::nullopt;
    const auto fetch = values.atom();
    if (!fetch || !sameWord(*fetch, "FETCH") || !values.take(' ') || !values.take('(')) return std::nullopt;
    ImapFetched fetched;
    while (!values.take(')')) {
        if (!takeItem(values, fetched)) return std::nullopt;
        values.take(' ');
    }
    return fetched;
}

std::string shownText(std::string_view text) {
    std::string shown;
    for (const char c : text.substr(0, shownBytes))
        if (c >= ' ' && c <= '~') shown += c;
    return shown;
}

}  // namespace nextjob::net
