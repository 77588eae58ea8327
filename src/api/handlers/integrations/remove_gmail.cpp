#include "api/handlers/integrations/integrations.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "auth/google/google.hpp"
#include "store/google_credentials.hpp"
#include "store/store.hpp"

namespace nextjob::api::integrations {

namespace {

struct Removed {
    bool revoked = false;
    std::optional<std::string_view> whatToDo;
};
BOOST_DESCRIBE_STRUCT(Removed, (), (revoked, whatToDo))

constexpr std::string_view byHand =
    "The tokens are erased here, but Google could not be told. Remove NextJob AI at "
    "https://myaccount.google.com/connections.";

// Without a Google client set up nobody can be told, but what is stored can be erased.
Task<Result<bool>> disconnect(Services& services, UserId user) {
    if (services.google != nullptr) co_return co_await services.google->connections.disconnect(user);
    const auto removed = co_await services.store.googleCredentials().remove(user);
    if (!removed) co_return std::unexpected(removed.error());
    co_return false;
}

}  // namespace

Task<Response> removeGmail(Call call) {
    const auto revoked = co_await disconnect(call.services, call.request.userId);
    if (!revoked) co_return refuse(revoked.error());
    co_return ok(Removed{.revoked = *revoked, .whatToDo = *revoked ? std::nullopt : std::optional(byHand)});
}

}  // namespace nextjob::api::integrations
