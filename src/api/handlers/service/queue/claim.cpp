#include "api/handlers/service/queue/claims.hpp"
#include "api/handlers/service/queue/queue.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "queue/process_identity.hpp"
#include "wire/parcel.hpp"

namespace nextjob::api::service_queue {

namespace {

// Cuts off the claims that would make a parcel too large; the first stays in any case.
std::vector<Claim> takeExcess(std::vector<Claim>& claims) {
    std::size_t bytes = 0, fitting = 0;
    while (fitting < claims.size() && (fitting == 0 || bytes + claims[fitting].raw.bytes.size() <= wire::fullParcel))
        bytes += claims[fitting++].raw.bytes.size();
    const auto first = claims.begin() + static_cast<std::ptrdiff_t>(fitting);
    std::vector<Claim> excess(std::make_move_iterator(first), std::make_move_iterator(claims.end()));
    claims.erase(first, claims.end());
    return excess;
}

Response parcelOf(const std::vector<Claim>& claims) {
    std::vector<wire::ParcelMail> mails;
    for (const auto& claim : claims)
        mails.push_back(
            {.ticket = claim.ticket, .message = claim.message, .attempts = claim.attempts, .raw = &claim.raw});
    return {
        .status = 200, .contentType = std::string(wire::parcelType), .body = wire::writeParcel(mails), .headers = {}};
}

}  // namespace

// Waits at the queue, which holds no connection to the database meanwhile.
Task<Response> claim(Call call) {
    wire::Problems problems;
    const auto asked = wire::readBody<wire::ClaimCall>(call.request.body, problems);
    if (!asked) co_return refuse(problems);
    queue::Queue& queue = call.services.queue;
    const std::string& worker = asked->worker.value;
    for (const auto& lost : asked->lost.items)
        if (const auto freed = co_await queue.releaseOf(queue::holderElsewhere(worker, lost.value)); !freed)
            co_return refuse(freed.error());
    auto claims =
        co_await queue.claimFor(queue::holderElsewhere(worker, asked->call.value), static_cast<int>(asked->count.value),
                                std::chrono::milliseconds(asked->waitMs.value));
    if (!claims) co_return refuse(claims.error());
    auto excess = takeExcess(*claims);
    if (!excess.empty())
        if (const auto freed = co_await queue.release(std::move(excess)); !freed) co_return refuse(freed.error());
    co_return parcelOf(*claims);
}

}  // namespace nextjob::api::service_queue
