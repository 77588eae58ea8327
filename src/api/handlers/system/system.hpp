#pragma once

#include "api/route.hpp"

// What a server says of itself.
namespace nextjob::api::system_handlers {

// Every server has these.
Task<Response> health(FrontCall call);   // GET /health
Task<Response> ready(FrontCall call);    // GET /ready
Task<Response> metrics(FrontCall call);  // GET /metrics

Task<Response> home(Call call);  // GET /

// The description of this API, and a page that shows it.
Task<Response> openapi(Call call);   // GET /openapi.json
Task<Response> docs(Call call);      // GET /docs
Task<Response> docsFile(Call call);  // GET /docs/{file}

}  // namespace nextjob::api::system_handlers
