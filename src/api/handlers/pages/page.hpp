#pragma once

#include "api/http.hpp"

#include <string>
#include <string_view>

namespace nextjob::api::pages {

// A small page of ours: no script, nothing from elsewhere, forms to this server only. `body` is HTML; what comes from
// outside goes through `escaped`.
Response page(int status, std::string_view title, std::string_view body);

std::string escaped(std::string_view text);

}  // namespace nextjob::api::pages
