#include "api/form.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/deeds.hpp"
#include "api/handlers/pages/page.hpp"
#include "api/handlers/pages/pages.hpp"
#include "api/reply.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

namespace nextjob::api::pages {

namespace {

Response form(int status, std::string_view problem, std::string_view token) {
    return page(status, "Choose a new password",
                fmt::format(R"({}<form method="post" action="/reset-password">
<input type="hidden" name="token" value="{}">
<label>New password, at least {} characters
<input type="password" name="password" minlength="{}" maxlength="{}" autocomplete="new-password" required autofocus></label>
<button>Set the password</button>
</form>)",
                            problem, escaped(token), minimumPassword, minimumPassword, maximumPassword));
}

}  // namespace

Task<Response> showResetPassword(Call call) { co_return form(200, "", fieldOf(call.request.target.query, "token")); }

Task<Response> submitResetPassword(Call call) {
    const auto fields = parseForm(call.request.body);
    const auto token = fields ? fieldOf(*fields, "token") : std::string();
    auto password = fields ? fieldOf(*fields, "password") : std::string();
    const auto characters = text::countCodePoints(password);
    if (characters < minimumPassword || characters > maximumPassword)
        co_return form(422, "<p><strong>The password is too short or far too long.</strong></p>", token);
    if (auto refusal = tooManyCredentials(call)) co_return std::move(*refusal);
    const auto set = co_await auth_handlers::resetPassword(call.services, token, std::move(password));
    if (!set && set.error().code == ErrorCode::Invalid)
        co_return form(422, fmt::format("<p><strong>{}</strong></p>", escaped(set.error().message)), token);
    if (!set) co_return refuse(set.error());
    if (!*set)
        co_return page(400, "This link is no good any more",
                       "<p>It may be older than half an hour, or it was used before. Ask for a new one where you sign "
                       "in.</p>");
    co_return page(200, "Your password is set", "<p>Sign in with it. Every other device has been signed out.</p>");
}

}  // namespace nextjob::api::pages
