#include "api/handlers/messages/message_view.hpp"
#include "api/handlers/messages/messages.hpp"
#include "api/page.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "model/names.hpp"
#include "store/messages.hpp"
#include "store/store.hpp"

namespace nextjob::api::messages {

namespace {

constexpr std::size_t maximumSource = 40;

}  // namespace

Task<Response> list(Call call) {
    Query query(call.request.target);
    const Paging place = paging(query);
    store::MessageFilter filter;
    for (const auto name : query.anyOf("state", allNames<MessageState>()))
        filter.states.push_back(*parseName<MessageState>(name));
    filter.source = query.text("source", maximumSource).value_or("");
    if (!query.problems().empty()) co_return refuse(query.problems());
    const auto page =
        co_await call.services.store.messages().list(call.request.userId, std::move(filter), place.request);
    if (!page) co_return refuse(page.error());
    co_return ok(
        pageView(call.request.target, place, *page, [](const MessageRecord& message) { return view(message); }));
}

}  // namespace nextjob::api::messages
