#include "api/handlers/system/system.hpp"
#include "api/reply.hpp"
#include "model/embedded.hpp"

namespace nextjob::api::system_handlers {

Task<Response> openapi(Call) { co_return okJson(std::string(embedded("api/openapi.json"))); }

}  // namespace nextjob::api::system_handlers
