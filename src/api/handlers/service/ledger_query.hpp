#pragma once

#include "model/user.hpp"
#include "wire/read.hpp"

#include <string>
#include <vector>

namespace nextjob::api {

// Messages of a user, by the ids that their source gives them.
struct LedgerQuery {
    wire::Whole<1, 9007199254740991> userId;
    wire::Text<1, 40> source;
    wire::List<wire::Text<1, 200>, 1000> ids;
};
BOOST_DESCRIBE_STRUCT(LedgerQuery, (), (userId, source, ids))

inline std::vector<std::string> idsOf(const LedgerQuery& query) {
    std::vector<std::string> ids;
    for (const auto& id : query.ids.items) ids.push_back(id.value);
    return ids;
}

// Those ids whose flag is `wanted`.
inline std::vector<std::string> chosenIds(const std::vector<std::string>& ids, const std::vector<bool>& flags,
                                          bool wanted) {
    std::vector<std::string> chosen;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (flags[i] == wanted) chosen.push_back(ids[i]);
    return chosen;
}

}  // namespace nextjob::api
