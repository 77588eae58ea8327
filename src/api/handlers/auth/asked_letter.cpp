#include "api/handlers/auth/asked_letter.hpp"

#include "api/handlers/auth/credentials.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct AddressBody {
    wire::Email email;
};
BOOST_DESCRIBE_STRUCT(AddressBody, (), (email))

}  // namespace

Task<Response> sendIfKnown(Call call, Result<void> (*send)(Services& services, const Credentials& known)) {
    wire::Problems problems;
    const auto body = wire::readBody<AddressBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (auto refusal = letterRefused(call, body->email.value)) co_return std::move(*refusal);
    const auto known = co_await call.services.store.users().credentials(body->email.value);
    if (!known && known.error().code != ErrorCode::NotFound) co_return refuse(known.error());
    if (known && known->user.isActive) {
        const auto sent = send(call.services, *known);
        if (!sent) co_return refuse(sent.error());
    }
    co_return accepted();
}

}  // namespace nextjob::api::auth_handlers
