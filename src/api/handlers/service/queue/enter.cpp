#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/queue.hpp"
#include "wire/parcel.hpp"

namespace nextjob::api::service_queue {

Response acceptedReply(const queue::Accepted& accepted) {
    wire::AcceptedView view;
    for (const auto& item : accepted.items)
        view.items.push_back({.message = item.message, .duplicate = item.duplicate});
    return ok(view);
}

// A full queue is waited for at the caller's rather than here.
Task<Response> enter(Call call) {
    wire::Problems problems;
    auto parcel = wire::readParcel(call.request.body, problems);
    if (!parcel) co_return refuse(problems);
    std::vector<RawMessage> mails;
    for (auto& mail : parcel->mails) mails.push_back(std::move(mail.raw));
    const auto accepted =
        co_await call.services.queue.accept(std::move(mails), parcel->progress, wire::patienceWithFullQueue);
    co_return accepted ? acceptedReply(*accepted) : refuse(accepted.error());
}

}  // namespace nextjob::api::service_queue
