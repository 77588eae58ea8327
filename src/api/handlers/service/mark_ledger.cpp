#include "api/handlers/service/ledger_query.hpp"
#include "api/handlers/service/service.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/messages.hpp"
#include "store/store.hpp"

namespace nextjob::api::service {

namespace {

struct Marked {
    std::vector<std::string> marked;
    std::vector<std::string> known;  // before this call
};
BOOST_DESCRIBE_STRUCT(Marked, (), (marked, known))

}  // namespace

Task<Response> markLedger(Call call) {
    wire::Problems problems;
    const auto query = wire::readBody<LedgerQuery>(call.request.body, problems);
    if (!query) co_return refuse(problems);
    const auto ids = idsOf(*query);
    const auto fresh = co_await call.services.store.messages().mark(query->userId.value, query->source.value, ids);
    if (!fresh) co_return refuse(fresh.error());
    co_return ok(Marked{chosenIds(ids, *fresh, true), chosenIds(ids, *fresh, false)});
}

}  // namespace nextjob::api::service
