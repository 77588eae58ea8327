#pragma once

#include "model/mailbox.hpp"
#include "wire/write.hpp"

#include <string_view>

namespace nextjob::api {

// What a user has said of a sender's mail. A view into the rule, which outlives it.
struct SenderRuleView {
    std::string_view sender;
    std::string_view read;  // always or never
};
BOOST_DESCRIBE_STRUCT(SenderRuleView, (), (sender, read))

inline SenderRuleView view(const SenderRule& rule) {
    return {.sender = rule.sender, .read = rule.read ? "always" : "never"};
}

}  // namespace nextjob::api
