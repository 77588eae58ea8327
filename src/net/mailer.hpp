#pragma once

#include "model/error.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <string>

namespace nextjob::net {

// A mail from us to a user: plain text in UTF-8, lines ended by "\n".
struct Letter {
    std::string to;  // one address, as auth has checked it
    std::string subject;
    std::string text;
};

// Takes letters for delivery. Shared by all threads.
class Mailer {
  public:
    virtual ~Mailer() = default;

    // Returns at once; delivery follows. Unavailable when too many wait.
    virtual Result<void> send(Letter letter) = 0;
};

// For a server that has no way to send mail: writes subject and text to the log, where the one who runs it finds the
// link.
std::unique_ptr<Mailer> makeLogMailer(std::shared_ptr<spdlog::logger> log);

struct SmtpOptions {
    // "smtps://user:password@host:465", or "smtp://host:587", which goes over to TLS before anything is said; only to
    // this machine itself it may stay plain.
    std::string url;
    std::string from;  // "NextJob AI <nextjob@example.org>" or the address alone
};

// Delivers over SMTP (RFC 5321) on a thread of its own, one letter after the other. What fails for a while is tried
// again up to four times within some minutes; what fails for good is logged without the address. Letters that wait when
// the server stops are given a few seconds. Invalid says which option is wrong.
Result<std::unique_ptr<Mailer>> makeSmtpMailer(SmtpOptions options, std::shared_ptr<spdlog::logger> log);

}  // namespace nextjob::net
