#include "api/handlers/service/mailboxes/backend.hpp"
#include "api/handlers/service/mailboxes/mailboxes.hpp"
#include "api/handlers/service/queue/claims.hpp"
#include "wire/parcel.hpp"

namespace nextjob::api::service_mailboxes {

// Without a look at the lease, as in one process: what another worker has fetched meanwhile comes in once. A full queue
// is waited for by the worker rather than here.
Task<Response> accept(Call call) {
    wire::Problems problems;
    auto parcel = wire::readParcel(call.request.body, problems);
    if (!parcel) co_return refuse(problems);
    std::vector<RawMessage> mails;
    for (auto& mail : parcel->mails) mails.push_back(std::move(mail.raw));
    const auto accepted =
        co_await call.services.queue.accept(std::move(mails), std::nullopt, wire::patienceWithFullQueue);
    co_return accepted ? service_queue::acceptedReply(*accepted) : refuse(accepted.error());
}

}  // namespace nextjob::api::service_mailboxes
