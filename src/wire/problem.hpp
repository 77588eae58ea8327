#pragma once

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nextjob::wire {

// One thing wrong with a request's input, in the shape that clients of the first API know:
// {"loc": ["body", "email"], "msg": "…", "type": "missing"}.
struct Problem {
    std::vector<std::variant<std::string, std::int64_t>> loc;
    std::string msg;
    std::string type;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (loc, msg, type))

using Problems = std::vector<Problem>;

}  // namespace nextjob::wire
