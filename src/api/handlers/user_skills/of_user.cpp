#include "api/handlers/user_skills/user_skills.hpp"
#include "api/query.hpp"
#include "api/reply.hpp"

namespace nextjob::api::user_skills {

namespace {

// A stranger's skills are as if they were not there.
bool isOwn(Call call) { return rowId(call.request.parameters[0]) == call.request.userId; }

}  // namespace

Task<Response> listOfUser(Call call) {
    if (!isOwn(call)) co_return refuse(404, "Not Found");
    co_return co_await list(call);
}

Task<Response> replaceOfUser(Call call) {
    if (!isOwn(call)) co_return refuse(404, "Not Found");
    co_return co_await replace(call);
}

}  // namespace nextjob::api::user_skills
