#pragma once

#include "net/imap/imap_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the responses of an IMAP server say. Each reader takes any bytes; what is not as RFC 3501 has it is nothing.
namespace nextjob::net {

using ImapUid = std::uint32_t;

// OK, NO, BAD, BYE or PREAUTH with a response code, such as [UIDVALIDITY 17], if there is one.
struct ImapStatus {
    enum class Kind : std::uint8_t { Ok, No, Bad, Bye, Preauth };

    Kind kind = Kind::Ok;
    std::string_view code;      // its name, as it came
    std::string_view argument;  // behind the name
    std::string_view text;      // for people
};

// `text` must outlive the result.
std::optional<ImapStatus> statusOf(std::string_view text);

// A response such as "SEARCH 1 2" or "CAPABILITY …": what stands behind the name, in any case.
std::optional<std::string_view> dataOf(std::string_view text, std::string_view name);

bool hasWord(std::string_view words, std::string_view word);  // in any case

// One number alone, not 0.
std::optional<std::uint32_t> numberOf(std::string_view text);

// Of a SEARCH response's data, at most `limit`.
std::optional<std::vector<ImapUid>> uidsOf(std::string_view data, std::size_t limit);

struct ImapFolder {
    std::string name;        // UTF-8
    bool selectable = true;  // mail can be in it
};

// Of a LIST response; nothing for a name that can't be asked for again.
std::optional<ImapFolder> folderOf(ImapResponse response);

struct ImapFetched {
    ImapUid uid = 0;                    // 0: not said
    std::optional<std::uint64_t> size;  // RFC822.SIZE
    std::optional<std::string> body;    // of BODY[]
};

// Of a FETCH response.
std::optional<ImapFetched> fetchedOf(ImapResponse response);

// Words of a server that may be shown to people: printable ASCII, not too much of it.
std::string shownText(std::string_view text);

}  // namespace nextjob::net
