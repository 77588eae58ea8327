#pragma once

#include "api/route.hpp"

// What the server says of itself.
namespace nextjob::api::system_handlers {

Task<Response> home(Call call);     // GET /
Task<Response> health(Call call);   // GET /health
Task<Response> ready(Call call);    // GET /ready
Task<Response> metrics(Call call);  // GET /metrics

// The description of this API, and a page that shows it.
Task<Response> openapi(Call call);   // GET /openapi.json
Task<Response> docs(Call call);      // GET /docs
Task<Response> docsFile(Call call);  // GET /docs/{file}

}  // namespace nextjob::api::system_handlers
