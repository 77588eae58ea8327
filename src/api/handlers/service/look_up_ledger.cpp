#include "api/handlers/service/ledger_query.hpp"
#include "api/handlers/service/service.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/messages.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::service {

namespace {

struct Found {
    std::vector<std::string> known;
    std::vector<std::string> unknown;
};
BOOST_DESCRIBE_STRUCT(Found, (), (known, unknown))

}  // namespace

Task<Response> lookUpLedger(Call call) {
    wire::Problems problems;
    const auto query = wire::readBody<LedgerQuery>(call.request.body, problems);
    if (!query) co_return refuse(problems);
    const auto user = co_await call.services.store.users().find(query->userId.value);
    if (!user) co_return refuse(user.error());
    const auto ids = idsOf(*query);
    const auto known = co_await call.services.store.messages().knownAt(query->userId.value, query->source.value, ids);
    if (!known) co_return refuse(known.error());
    co_return ok(Found{chosenIds(ids, *known, true), chosenIds(ids, *known, false)});
}

}  // namespace nextjob::api::service
