#include "analyse/analyser.hpp"
#include "analyse/rescorer.hpp"
#include "api/handlers/service/delivery.hpp"
#include "api/handlers/service/service.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "model/run_on.hpp"
#include "store/store.hpp"

namespace nextjob::api::service {

Task<Response> bulkCreate(Call call) {
    Services& services = call.services;
    const auto offers =
        co_await runOn(services.blocking, [&] { return readDelivery(call.request.body, services.analyser.skills()); });
    if (!offers) co_return offers.error();
    const auto report = co_await services.store.offers().deliver(*offers);
    if (!report) co_return refuse(report.error());
    for (const UserId user : report->grown) services.rescorer.wishesChanged(user);
    co_return deliveryReply(**offers, *report);
}

}  // namespace nextjob::api::service
