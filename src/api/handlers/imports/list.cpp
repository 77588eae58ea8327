#include "api/handlers/imports/import_view.hpp"
#include "api/handlers/imports/imports.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/imports.hpp"
#include "store/store.hpp"

namespace nextjob::api::imports {

Task<Response> list(Call call) {
    Query query(call.request.target);
    const Paging place = paging(query);
    if (!query.problems().empty()) co_return refuse(query.problems());
    const auto page = co_await call.services.store.imports().list(call.request.userId, place.request);
    if (!page) co_return refuse(page.error());
    co_return ok(pageView(call.request.target, place, *page, [](const Import& import) { return view(import); }));
}

}  // namespace nextjob::api::imports
