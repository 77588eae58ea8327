#pragma once

#include "model/time.hpp"

#include <chrono>
#include <string>

namespace nextjob::api {

std::string timestamp(Timestamp time);              // "2026-01-31T09:05:00.123Z"
std::string date(std::chrono::year_month_day day);  // "2026-01-31"

}  // namespace nextjob::api
