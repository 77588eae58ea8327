#pragma once

#include "text/timestamp.hpp"

namespace nextjob::api {

using text::date;
using text::parseTimestamp;
using text::timestamp;

}  // namespace nextjob::api
