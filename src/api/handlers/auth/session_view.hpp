#pragma once

#include "model/session.hpp"
#include "text/timestamp.hpp"
#include "wire/write.hpp"

#include <string>

namespace nextjob::api {

// A sign-in as its user sees it.
struct SessionView {
    SessionId id = 0;
    std::string device;  // the User-Agent that signed in
    std::string createdAt;
    std::string lastUsedAt;
    std::string expiresAt;
    bool current = false;  // the one that asks
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (id, device, createdAt, lastUsedAt, expiresAt, current))

inline SessionView view(const Session& session, SessionId current) {
    return {.id = session.id,
            .device = session.device,
            .createdAt = text::timestamp(session.created),
            .lastUsedAt = text::timestamp(session.lastUsed),
            .expiresAt = text::timestamp(session.expires),
            .current = session.id == current};
}

}  // namespace nextjob::api
