#include "api/handlers/integrations/integration_view.hpp"
#include "api/handlers/integrations/integrations.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/google_credentials.hpp"
#include "store/store.hpp"

namespace nextjob::api::integrations {

namespace {

struct Integrations {
    std::vector<IntegrationView> integrations;
};
BOOST_DESCRIBE_STRUCT(Integrations, (), (integrations))

}  // namespace

Task<Response> list(Call call) {
    Integrations found;
    const auto google = co_await call.services.store.googleCredentials().find(call.request.userId);
    if (!google && google.error().code != ErrorCode::NotFound) co_return refuse(google.error());
    if (google) found.integrations.push_back(view(*google));
    co_return ok(found);
}

}  // namespace nextjob::api::integrations
