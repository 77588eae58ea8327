#pragma once

#include "model/imap_account.hpp"
#include "wire/write.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// A connected IMAP account as an export has it, without its password. A view into the account, which outlives it.
struct ImapAccountView {
    std::string_view host;
    std::int64_t port = 0;
    std::string_view security;
    std::string_view login;
    std::string connectedAt;
    std::optional<std::string> brokenAt;
};
BOOST_DESCRIBE_STRUCT(ImapAccountView, (), (host, port, security, login, connectedAt, brokenAt))

ImapAccountView view(const ImapAccount& account);

}  // namespace nextjob::api
