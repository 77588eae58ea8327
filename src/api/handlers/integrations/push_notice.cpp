#include "api/handlers/integrations/push_notice.hpp"

#include "text/base64.hpp"
#include "wire/read.hpp"

namespace nextjob::api {

namespace {

struct PubSubMessage {
    wire::Text<1, 10000> data;
};
BOOST_DESCRIBE_STRUCT(PubSubMessage, (), (data))

struct Delivery {
    PubSubMessage message;
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (message))

// The history id in it is not read: how far the mailbox has been read is known here.
struct Notice {
    wire::Email emailAddress;
};

bool read(const boost::json::value& value, const wire::Place& place, wire::Problems& problems, Notice& into) {
    if (!wire::isObject(value, place, problems)) return false;
    const wire::Place below{&place, "emailAddress", 0};
    if (const auto* address = wire::member(value, "emailAddress"))
        return wire::read(*address, below, problems, into.emailAddress);
    wire::report(problems, below, "This field is required.", "missing");
    return false;
}

}  // namespace

std::optional<std::string> readPushNotice(std::string_view body, wire::Problems& problems) {
    const auto delivery = wire::readBody<Delivery>(body, problems);
    if (!delivery) return std::nullopt;
    const auto text = text::decodeBase64(delivery->message.data.value);
    if (!text) {
        const wire::Place whole{nullptr, "body", 0}, message{&whole, "message", 0};
        wire::report(problems, {&message, "data", 0}, "This is not base64.", "value_error");
        return std::nullopt;
    }
    Notice notice;
    const auto reader = [](const boost::json::value& value, wire::Problems& found, void* into) {
        const wire::Place whole{nullptr, "body", 0}, message{&whole, "message", 0};
        return read(value, {&message, "data", 0}, found, *static_cast<Notice*>(into));
    };
    if (!wire::parse(*text, problems, reader, &notice)) return std::nullopt;
    return std::move(notice.emailAddress.value);
}

}  // namespace nextjob::api
