#include "api/routes.hpp"

#include "api/handlers/auth/auth.hpp"
#include "api/handlers/imports/imports.hpp"
#include "api/handlers/job_offers/job_offers.hpp"
#include "api/handlers/pages/pages.hpp"
#include "api/handlers/skills/skills.hpp"
#include "api/handlers/system/system.hpp"
#include "api/handlers/user_skills/user_skills.hpp"
#include "api/handlers/users/users.hpp"

#include <array>

namespace nextjob::api {

namespace {

using enum Method;
using enum Access;

constexpr std::array table{
    Route{Get, "/", Public, Body::None, system_handlers::home},
    Route{Get, "/health", Public, Body::None, system_handlers::health},
    Route{Get, "/ready", Public, Body::None, system_handlers::ready},

    Route{Post, "/auth/register", Public, Body::Json, auth_handlers::registerUser},
    Route{Post, "/auth/jwt/login", Public, Body::Form, auth_handlers::login},
    Route{Post, "/auth/jwt/refresh", Public, Body::Json, auth_handlers::refresh},
    Route{Post, "/auth/jwt/logout", Public, Body::Json, auth_handlers::logout},
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

    Route{Get, "/skills", User, Body::None, skills::list},

    Route{Get, "/user_skills", User, Body::None, user_skills::list},
    Route{Post, "/user_skills", User, Body::Json, user_skills::add},
    Route{Put, "/user_skills", User, Body::Json, user_skills::replace},
    Route{Delete, "/user_skills", User, Body::None, user_skills::clear},
    Route{Delete, "/user_skills/{id}", User, Body::None, user_skills::remove},

    Route{Get, "/job-offers", User, Body::None, job_offers::list},
    Route{Get, "/job-offers/{id}", User, Body::None, job_offers::get},
    Route{Delete, "/job-offers/{id}", User, Body::None, job_offers::remove},

    Route{Post, "/import", User, Body::Upload, imports::create},
    Route{Get, "/import/{id}", User, Body::None, imports::get},
    Route{Get, "/imports", User, Body::None, imports::list},
};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace nextjob::api
