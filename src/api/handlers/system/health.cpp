#include "api/handlers/system/system.hpp"
#include "api/reply.hpp"

namespace nextjob::api::system_handlers {

namespace {

struct Health {
    std::string_view status = "ok";
    std::string_view version = NEXTJOB_VERSION;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, version))

}  // namespace

// The process lives and its event loops turn; whether it can do its work is what /ready says.
Task<Response> health(FrontCall) { co_return ok(Health{}); }

}  // namespace nextjob::api::system_handlers
