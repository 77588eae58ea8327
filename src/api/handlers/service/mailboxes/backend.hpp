#pragma once

#include "api/reply.hpp"
#include "api/services.hpp"
#include "auth/google/google.hpp"
#include "ingest/imap/imap_mailboxes.hpp"
#include "ingest/sync/local_sync_backend.hpp"
#include "queue/queue.hpp"
#include "store/mailboxes.hpp"
#include "store/store.hpp"
#include "wire/mailboxes.hpp"
#include "wire/read.hpp"

#include <optional>
#include <string>
#include <utility>

namespace nextjob::api::service_mailboxes {

// What a worker in this process would have; `worker` is who leases.
inline ingest::LocalSyncBackend backendOf(Services& services, std::string worker = {}) {
    return {services.store.mailboxes(), services.queue,
            services.google != nullptr ? &services.google->connections : nullptr, &services.imap, std::move(worker)};
}

inline LeaseKey keyOf(const wire::LeaseBody& lease) {
    return {.mailbox = lease.mailbox.value, .fence = lease.fence.value};
}

inline Timestamp momentOf(const wire::Moment& moment) { return Timestamp(std::chrono::milliseconds(moment.value)); }

// Cursor and progress are shown by others as they are: a JSON object, or "".
bool isState(const std::string& text);

// 422 for one that is not.
Response wrongState(const char* field);

}  // namespace nextjob::api::service_mailboxes
