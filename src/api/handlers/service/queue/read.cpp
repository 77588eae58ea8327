#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/ledger_queue.hpp"
#include "wire/parcel.hpp"

namespace nextjob::api::service_queue {

// As many as fit into a parcel, which names the others.
Task<Response> read(Call call) {
    wire::Problems problems;
    const auto body = wire::readBody<wire::MessagesBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    const auto found = co_await call.services.queue.ledger().read(messagesOf(*body));
    if (!found) co_return refuse(found.error());
    std::vector<wire::ParcelMail> mails;
    std::vector<MessageId> left;
    std::size_t bytes = 0;
    for (const auto& [message, raw] : *found) {
        bytes += raw.bytes.size();
        if (mails.empty() || bytes <= wire::fullParcel)
            mails.push_back({.message = message, .raw = &raw});
        else
            left.push_back(message);
    }
    co_return Response{.status = 200,
                       .contentType = std::string(wire::parcelType),
                       .body = wire::writeParcel(mails, {}, {}, left),
                       .headers = {}};
}

}  // namespace nextjob::api::service_queue
