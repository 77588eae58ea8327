#include "app/imap_config.hpp"

namespace nextjob::app {

Result<net::ImapRules> readImapRules(const Environment& environment) {
    net::ImapRules rules;
    const auto allow = environment.get("IMAP_ALLOW_PRIVATE_HOSTS").value_or("false");
    if (allow != "true" && allow != "false")
        return failure(ErrorCode::Invalid,
                       "IMAP_ALLOW_PRIVATE_HOSTS must be true or false. true lets every user of this server reach mail "
                       "servers on this machine and in its networks, on any port.");
    rules.privateHosts = allow == "true";
    rules.authorities = environment.get("IMAP_CA_FILE").value_or("");
    if (!rules.authorities.empty() && !rules.authorities.starts_with('/'))
        return failure(ErrorCode::Invalid, "IMAP_CA_FILE must be the absolute path of a PEM file.");
    return rules;
}

}  // namespace nextjob::app
