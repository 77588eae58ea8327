#include "api/routes.hpp"

#include "api/handlers/auth/auth.hpp"
#include "api/handlers/imports/imports.hpp"
#include "api/handlers/integrations/integrations.hpp"
#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/messages/messages.hpp"
#include "api/handlers/pages/pages.hpp"
#include "api/handlers/preferences/preferences.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/handlers/service/service.hpp"
#include "api/handlers/skills/skills.hpp"
#include "api/handlers/system/system.hpp"
#include "api/handlers/user_skills/user_skills.hpp"
#include "api/handlers/users/users.hpp"
#include "auth/service_tokens.hpp"

#include <array>

namespace nextjob::api {

namespace {

using enum Method;
using enum Access;
namespace right = auth::service_right;

constexpr Route health{Get, "/health", Public, Body::None, system_handlers::health};
constexpr Route ready{Get, "/ready", Public, Body::None, system_handlers::ready};
constexpr Route metrics{Get, "/metrics", Operator, Body::None, system_handlers::metrics};

constexpr std::array statusTable{health, ready, metrics};

constexpr std::array table{
    Route{Get, "/", Public, Body::None, system_handlers::home},
    health,
    ready,
    metrics,
    Route{Get, "/openapi.json", Public, Body::None, system_handlers::openapi},
    Route{Get, "/docs", Public, Body::None, system_handlers::docs},
    Route{Get, "/docs/{file}", Public, Body::None, system_handlers::docsFile},

    Route{Post, "/auth/register", Public, Body::Json, auth_handlers::registerUser},
    Route{Post, "/auth/jwt/login", Public, Body::Form, auth_handlers::login},
    Route{Post, "/auth/jwt/refresh", Public, Body::Json, auth_handlers::refresh},
    Route{Post, "/auth/jwt/logout", Public, Body::Json, auth_handlers::logout},
    Route{Post, "/auth/google-login", Public, Body::Json, auth_handlers::googleLogin},
    Route{Post, "/auth/google/exchange-code", Public, Body::Json, auth_handlers::googleExchangeCode},
    Route{Post, "/auth/forgot-password", Public, Body::Json, auth_handlers::forgotPassword},
    Route{Post, "/auth/reset-password", Public, Body::Json, auth_handlers::resetPassword},
    Route{Post, "/auth/change-password", User, Body::Json, auth_handlers::changePassword},
    Route{Post, "/auth/request-verify-token", Public, Body::Json, auth_handlers::requestVerification},
    Route{Post, "/auth/verify", Public, Body::Json, auth_handlers::verify},
    Route{Get, "/auth/sessions", User, Body::None, auth_handlers::listSessions},
    Route{Delete, "/auth/sessions", User, Body::None, auth_handlers::endOtherSessions},
    Route{Delete, "/auth/sessions/{id}", User, Body::None, auth_handlers::endSession},
    Route{Get, "/verify", Public, Body::None, pages::showVerify},
    Route{Post, "/verify", Public, Body::Form, pages::submitVerify},
    Route{Get, "/reset-password", Public, Body::None, pages::showResetPassword},
    Route{Post, "/reset-password", Public, Body::Form, pages::submitResetPassword},

    Route{Get, "/users/me", User, Body::None, users::getMe},
    Route{Patch, "/users/me", User, Body::Json, users::patchMe},
    Route{Delete, "/users/me", User, Body::None, users::deleteMe},
    Route{Get, "/users/me/export", User, Body::None, users::exportMe},
    Route{Get, "/users", Superuser, Body::None, users::list},
    Route{Get, "/users/{id}", Superuser, Body::None, users::get},
    Route{Patch, "/users/{id}", Superuser, Body::Json, users::patch},
    Route{Delete, "/users/{id}", Superuser, Body::None, users::remove},

    Route{Get, "/skills", User, Body::None, skills::list},

    Route{Get, "/user_skills", User, Body::None, user_skills::list},
    Route{Post, "/user_skills", User, Body::Json, user_skills::add},
    Route{Put, "/user_skills", User, Body::Json, user_skills::replace},
    Route{Delete, "/user_skills", User, Body::None, user_skills::clear},
    Route{Delete, "/user_skills/{id}", User, Body::None, user_skills::remove},
    Route{Get, "/user_skills/user/{id}", User, Body::None, user_skills::listOfUser},
    Route{Put, "/user_skills/user/{id}", User, Body::Json, user_skills::replaceOfUser},

    Route{Get, "/preferences", User, Body::None, preferences::get},
    Route{Put, "/preferences", User, Body::Json, preferences::replace},
    Route{Patch, "/preferences", User, Body::Json, preferences::change},

    Route{Get, "/job-offers", User, Body::None, job_offers::list},
    Route{Get, "/job-offers/export", User, Body::None, job_offers::exportOffers},
    Route{Get, "/job-offers/{id}", User, Body::None, job_offers::get},
    Route{Patch, "/job-offers/{id}", User, Body::Json, job_offers::setStatus},
    Route{Delete, "/job-offers/{id}", User, Body::None, job_offers::remove},
    Route{Get, "/job-offers/{id}/history", User, Body::None, job_offers::history},
    Route{Get, "/job-offers/{id}/sightings", User, Body::None, job_offers::sightings},
    Route{Get, "/job-offers/{id}/evidence", User, Body::None, job_offers::evidence},

    Route{Get, "/integrations", User, Body::None, integrations::list},
    Route{Delete, "/integrations/gmail", User, Body::None, integrations::removeGmail},
    Route{Put, "/integrations/imap", User, Body::Json, integrations::connectImap},
    Route{Delete, "/integrations/imap", User, Body::None, integrations::removeImap},
    Route{Post, "/integrations/gmail/push", Push, Body::Json, integrations::gmailPush},
    Route{Get, "/integrations/{source}/sync", User, Body::None, integrations::getSync},
    Route{Post, "/integrations/{source}/sync", User, Body::Json, integrations::startSync},
    Route{Put, "/integrations/{source}/settings", User, Body::Json, integrations::setSettings},

    Route{Get, "/messages", User, Body::None, messages::list},
    Route{Post, "/messages/retry", User, Body::None, messages::retryAll},
    Route{Get, "/messages/{id}", User, Body::None, messages::get},
    Route{Post, "/messages/{id}/retry", User, Body::None, messages::retry},
    Route{Post, "/messages/{id}/wanted", User, Body::None, messages::want},
    Route{Get, "/sender-rules", User, Body::None, messages::listSenderRules},
    Route{Put, "/sender-rules", User, Body::Json, messages::setSenderRule},
    Route{Delete, "/sender-rules/{sender}", User, Body::None, messages::removeSenderRule},

    Route{Post, "/import", User, Body::Upload, imports::create},
    Route{Get, "/import/{id}", User, Body::None, imports::get},
    Route{Get, "/imports", User, Body::None, imports::list},

    Route{Post, "/auth/token", Public, Body::Json, auth_handlers::serviceToken},
    Route{Get, "/service/ready", Service, Body::None, system_handlers::ready, right::ready},
    Route{Get, "/service/google-creds/all", Service, Body::None, service::googleCredentials, right::googleCredentials},
    Route{Post, "/service/ledger/lookup", Service, Body::Json, service::lookUpLedger, right::ledger},
    Route{Post, "/service/ledger/mark", Service, Body::Json, service::markLedger, right::ledger},
    Route{Get, "/service/user_skills/user/{id}", Service, Body::None, service::userSkills, right::userSkills},
    Route{Post, "/service/job_offers/bulk_create", Service, Body::Batch, service::bulkCreate, right::jobOffers},

    Route{Post, "/service/mailboxes/lease", Service, Body::Json, service_mailboxes::lease, right::mailboxes},
    Route{Post, "/service/mailboxes/extend", Service, Body::Json, service_mailboxes::extend, right::mailboxes},
    Route{Post, "/service/mailboxes/advance", Service, Body::Batch, service_mailboxes::advance, right::mailboxes},
    Route{Post, "/service/mailboxes/to-fetch", Service, Body::Json, service_mailboxes::toFetch, right::mailboxes},
    Route{Post, "/service/mailboxes/end", Service, Body::Batch, service_mailboxes::end, right::mailboxes},
    Route{Post, "/service/mailboxes/finish", Service, Body::Batch, service_mailboxes::finish, right::mailboxes},
    Route{Post, "/service/mailboxes/accept", Service, Body::Parcel, service_mailboxes::accept, right::mailboxes},
    Route{Post, "/service/mailboxes/gmail-token", Service, Body::Json, service_mailboxes::gmailToken, right::mailboxes},
    Route{Post, "/service/mailboxes/imap-login", Service, Body::Json, service_mailboxes::imapLogin, right::mailboxes},
    Route{Post, "/service/mailboxes/imap-refused", Service, Body::Json, service_mailboxes::imapRefused,
          right::mailboxes},
    Route{Get, "/service/profiles/user/{id}", Service, Body::None, service::profile, right::analysis},
    Route{Post, "/service/messages/analysed", Service, Body::Found, service::analysed, right::analysis},
    Route{Post, "/service/queue/claim", Service, Body::Json, service_queue::claim, right::queue},
    Route{Post, "/service/queue/acknowledge", Service, Body::Json, service_queue::acknowledge, right::queue},
    Route{Post, "/service/queue/retry", Service, Body::Json, service_queue::retry, right::queue},
    Route{Post, "/service/queue/release", Service, Body::Json, service_queue::release, right::queue},
    Route{Post, "/service/queue/dead-letter", Service, Body::Json, service_queue::deadLetter, right::queue},
    Route{Post, "/service/queue/revive", Service, Body::Json, service_queue::revive, right::queue},
    Route{Get, "/service/queue/depth", Service, Body::None, service_queue::depth, right::queue},
    Route{Post, "/service/queue/waiting", Service, Body::Json, service_queue::waiting, right::queue},
    Route{Post, "/service/queue/still-waiting", Service, Body::Json, service_queue::stillWaiting, right::queue},
    Route{Post, "/service/queue/read", Service, Body::Json, service_queue::read, right::queue},
    Route{Post, "/service/queue/note-failure", Service, Body::Json, service_queue::noteFailure, right::queue},
    Route{Post, "/service/queue/bury", Service, Body::Json, service_queue::bury, right::queue},
    Route{Post, "/service/queue/enter", Service, Body::Parcel, service_queue::enter, right::enter},
};

}  // namespace

std::span<const Route> routes() { return table; }

std::span<const Route> statusRoutes() { return statusTable; }

}  // namespace nextjob::api
