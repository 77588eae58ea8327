#include "api/handlers/imports/import_view.hpp"
#include "api/handlers/imports/imports.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "ingest/importer.hpp"

namespace nextjob::api::imports {

namespace {

constexpr std::size_t maximumFileName = 255;

}  // namespace

Task<Response> create(Call call) {
    Upload& upload = *call.request.upload;
    ingest::ReceivedFile file{.user = call.request.userId,
                              .path = upload.path(),
                              .fileName = upload.fileName.substr(0, maximumFileName),
                              .bytes = upload.size()};
    const auto import = co_await call.services.importer.accept(std::move(file));
    if (!import) co_return refuse(import.error());
    upload.release();
    const ImportView shown = view(*import);
    Response response = reply(202, shown);
    response.headers.emplace_back("Location", shown.statusUrl);
    co_return response;
}

}  // namespace nextjob::api::imports
