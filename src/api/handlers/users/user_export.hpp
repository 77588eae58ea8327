#pragma once

#include "api/body_stream.hpp"
#include "model/session.hpp"
#include "model/user.hpp"

#include <memory>

namespace nextjob::store {
class Store;
}

namespace nextjob::api {

// All that is kept of a user as one JSON object, read page by page while it is sent:
// {"exported_at", "user", "skills", "preferences", "google_account", "imap_account", "mailboxes", "sender_rules",
// "sessions", "imports", "messages", "job_offers"}.
// Of secrets, only that they are there: no password hash, no token.
std::shared_ptr<BodyStream> userExport(store::Store& store, const User& user, SessionId session);

}  // namespace nextjob::api
