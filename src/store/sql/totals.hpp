#pragma once

#include <string_view>

namespace nextjob::store::sql {

inline constexpr std::string_view countUsers = "select count(*) from users";
inline constexpr std::string_view countOffers = "select count(*) from offers";
inline constexpr std::string_view countAllMessages = "select state, count(*) from messages group by state";

}  // namespace nextjob::store::sql
