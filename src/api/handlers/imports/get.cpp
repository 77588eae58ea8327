#include "api/handlers/imports/import_view.hpp"
#include "api/handlers/imports/imports.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/imports.hpp"
#include "store/store.hpp"

namespace nextjob::api::imports {

Task<Response> get(Call call) {
    const auto id = rowId(call.request.parameters[0]);
    if (!id) co_return refuse(404, "Not Found");
    const auto import = co_await call.services.store.imports().find(call.request.userId, *id);
    co_return import ? ok(view(*import)) : refuse(import.error());
}

}  // namespace nextjob::api::imports
