#include "api/handlers/integrations/push_notice.hpp"

#include "api/json/read.hpp"
#include "text/base64.hpp"

namespace nextjob::api {

namespace {

struct PubSubMessage {
    json::Text<1, 10000> data;
};
BOOST_DESCRIBE_STRUCT(PubSubMessage, (), (data))

struct Delivery {
    PubSubMessage message;
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (message))

// The history id in it is not read: how far the mailbox has been read is known here.
struct Notice {
    json::Email emailAddress;
};

bool read(const boost::json::value& value, const json::Place& place, Problems& problems, Notice& into) {
    if (!json::isObject(value, place, problems)) return false;
    const json::Place below{&place, "emailAddress", 0};
    if (const auto* address = json::member(value, "emailAddress"))
        return json::read(*address, below, problems, into.emailAddress);
    json::report(problems, below, "This field is required.", "missing");
    return false;
}

}  // namespace

std::optional<std::string> readPushNotice(std::string_view body, Problems& problems) {
    const auto delivery = json::readBody<Delivery>(body, problems);
    if (!delivery) return std::nullopt;
    const auto text = text::decodeBase64(delivery->message.data.value);
    if (!text) {
        const json::Place whole{nullptr, "body", 0}, message{&whole, "message", 0};
        json::report(problems, {&message, "data", 0}, "This is not base64.", "value_error");
        return std::nullopt;
    }
    Notice notice;
    const auto reader = [](const boost::json::value& value, Problems& found, void* into) {
        const json::Place whole{nullptr, "body", 0}, message{&whole, "message", 0};
        return read(value, {&message, "data", 0}, found, *static_cast<Notice*>(into));
    };
    if (!json::parse(*text, problems, reader, &notice)) return std::nullopt;
    return std::move(notice.emailAddress.value);
}

}  // namespace nextjob::api
