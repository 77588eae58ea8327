#include "api/form.hpp"
#include "api/handlers/auth/deeds.hpp"
#include "api/handlers/pages/page.hpp"
#include "api/handlers/pages/pages.hpp"
#include "api/reply.hpp"

#include <fmt/format.h>

namespace nextjob::api::pages {

Task<Response> showVerify(Call call) {
    co_return page(200, "Confirm your address",
                   fmt::format(R"(<form method="post" action="/verify">
<input type="hidden" name="token" value="{}">
<p>Is the address yours that this link was sent to?</p>
<button>Yes, it is mine</button>
</form>)",
                               escaped(fieldOf(call.request.target.query, "token"))));
}

Task<Response> submitVerify(Call call) {
    const auto form = parseForm(call.request.body);
    auto token = form ? fieldOf(*form, "token") : std::string();
    const auto user = co_await auth_handlers::verifyEmail(call.services, std::move(token));
    if (!user) co_return refuse(user.error());
    if (!*user)
        co_return page(400, "This link is no good any more",
                       "<p>It may be older than a day, or the address has been changed since. Ask for a new one where "
                       "you signed in.</p>");
    co_return page(200, "Your address is confirmed", "<p>You can close this page.</p>");
}

}  // namespace nextjob::api::pages
