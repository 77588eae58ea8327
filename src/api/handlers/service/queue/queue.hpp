#pragma once

#include "api/route.hpp"

// The queue as workers without a database use it (queue/remote); docs/api.md says who may call what.
namespace nextjob::api::service_queue {

Task<Response> claim(Call call);         // POST /service/queue/claim
Task<Response> acknowledge(Call call);   // POST /service/queue/acknowledge
Task<Response> retry(Call call);         // POST /service/queue/retry
Task<Response> release(Call call);       // POST /service/queue/release
Task<Response> deadLetter(Call call);    // POST /service/queue/dead-letter
Task<Response> revive(Call call);        // POST /service/queue/revive
Task<Response> depth(Call call);         // GET /service/queue/depth
Task<Response> waiting(Call call);       // POST /service/queue/waiting
Task<Response> stillWaiting(Call call);  // POST /service/queue/still-waiting
Task<Response> read(Call call);          // POST /service/queue/read
Task<Response> noteFailure(Call call);   // POST /service/queue/note-failure
Task<Response> bury(Call call);          // POST /service/queue/bury
Task<Response> enter(Call call);         // POST /service/queue/enter

}  // namespace nextjob::api::service_queue
