#pragma once

#include "store/sql/offers.hpp"
#include "store/sql/rows.hpp"

#include <string>
#include <string_view>

namespace nextjob::store::postgres {

// sql::offerColumns with this expression for the user's address: a join would look the user up for every offer.
inline std::string offerColumns(std::string_view email) {
    std::string columns(sql::offerColumns);
    constexpr std::string_view joined = "u.email";
    return columns.replace(columns.find(joined), joined.size(), email);
}

}  // namespace nextjob::store::postgres
