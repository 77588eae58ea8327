#include "net/imap/folder_name.hpp"
#include "net/imap/imap_session.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace {

using namespace nextjob::net;

// Says all it has to whatever is asked.
class Babbler final : public ImapStream {
  public:
    explicit Babbler(std::string_view words) : words_(words) {}

    ImapResult<> send(std::string_view, ImapClock::time_point) override { return {}; }
    ImapResult<std::size_t> receive(std::span<char> into, ImapClock::time_point) override {
        if (words_.empty()) return imapFailure(ImapFault::Unavailable, "");
        const std::size_t size = std::min(into.size(), words_.size());
        std::memcpy(into.data(), words_.data(), size);
        words_.remove_prefix(size);
        return size;
    }

  private:
    std::string_view words_;
};

void check(bool holds) {
    if (!holds) std::abort();
}

// Calls of a session, one after the other, as the first byte says.
void talk(unsigned which, std::string_view words) {
    constexpr std::size_t limit = 1000;
    ImapSession session(std::make_unique<Babbler>(words), {.responses = 1000, .uids = 1000, .folders = 100});
    const std::vector<ImapUid> uids{1, 2, 3};
    switch (which % 6) {
        case 0: (void)session.signIn({.login = "ada", .secret = "x", .token = which > 127}); break;
        case 1:
            if (const auto folders = session.folders())
                for (const auto& name : *folders) check(encodedFolder(name).has_value());
            break;
        case 2: (void)session.examine("INBOX"); break;
        case 3:
            if (const auto found = session.above(5))
                check(std::ranges::is_sorted(*found)
                      && std::ranges::all_of(*found, [](ImapUid uid) { return uid > 5; }));
            break;
        case 4: (void)session.sizes(uids); break;
        default:
            if (const auto bodies = session.bodies(uids, limit))
                for (const auto& [uid, body] : *bodies) check(uid >= 1 && uid <= 3);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view words(reinterpret_cast<const char*>(data) + 1, size - 1);
    talk(data[0], words);
    if (const auto name = decodedFolder(words)) check(encodedFolder(*name) == words);
    return 0;
}
