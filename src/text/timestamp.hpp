#pragma once

#include "model/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace nextjob::text {

std::string date(std::chrono::year_month_day day);  // "2026-01-31"
std::string timestamp(Timestamp time);              // "2026-01-31T09:05:00.123Z"
std::string shortTimestamp(Timestamp time);         // the same without a fraction that is zero: "2026-01-31T09:05:00Z"

// Reads what these write and their like: a day, or a moment with a fraction or none and "Z" or an offset such as
// +02:00. The years 1970 to 9999.
std::optional<Timestamp> parseTimestamp(std::string_view text);

}  // namespace nextjob::text
