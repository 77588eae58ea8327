#pragma once

#include "api/route.hpp"

// The pages that links in our mails lead to, for those who have no app at hand. Opening one does nothing yet: programs
// that look into mail open every link.
namespace nextjob::api::pages {

Task<Response> showVerify(Call call);           // GET /verify?token=
Task<Response> submitVerify(Call call);         // POST /verify
Task<Response> showResetPassword(Call call);    // GET /reset-password?token=
Task<Response> submitResetPassword(Call call);  // POST /reset-password

}  // namespace nextjob::api::pages
