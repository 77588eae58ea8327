#pragma once

#include "mail/document.hpp"

#include <span>
#include <string_view>

namespace nextjob::mail {

// Appends the schema.org items of a document's JSON-LD scripts and of its microdata to its text, as its last
// section, and to `items`. The tree must be finished. What is not JSON or too large is left out; false tells
// so.
bool appendStructuredData(Document& document, std::span<const std::string_view> linkedData);

}  // namespace nextjob::mail
