#pragma once

#include "api/json/write.hpp"
#include "model/google_credential.hpp"
#include "text/timestamp.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// A connected mailbox as its user sees it.
struct IntegrationView {
    std::string_view source;
    std::string_view state;  // connected or broken
    std::string email;
    std::string since;                    // of the state
    std::optional<std::string> whatToDo;  // when it is broken
};
BOOST_DESCRIBE_STRUCT(IntegrationView, (), (source, state, email, since, whatToDo))

inline IntegrationView view(const GoogleCredential& credential) {
    return {.source = "gmail",
            .state = credential.brokenAt ? "broken" : "connected",
            .email = credential.email,
            .since = text::timestamp(credential.brokenAt.value_or(credential.connectedAt)),
            .whatToDo = credential.brokenAt ? std::optional(credential.brokenReason) : std::nullopt};
}

}  // namespace nextjob::api
