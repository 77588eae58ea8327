#include "store/sender_rules.hpp"

#include "api/handlers/messages/messages.hpp"
#include "api/handlers/messages/sender_rule_view.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "wire/read.hpp"

namespace nextjob::api::messages {

namespace {

struct RuleBody {
    wire::Text<1, 254> sender;
    wire::Text<1, 10> read;
};
BOOST_DESCRIBE_STRUCT(RuleBody, (), (sender, read))

struct Rules {
    std::vector<SenderRuleView> rules;
};
BOOST_DESCRIBE_STRUCT(Rules, (), (rules))

// An address, or "@" and a domain, in lower case; nothing for what is neither.
std::optional<std::string> normalisedSender(std::string_view text) {
    if (!text.starts_with('@')) return wire::normalisedEmail(text);
    auto address = wire::normalisedEmail("x" + std::string(text));
    if (address) address->erase(0, 1);
    return address;
}

std::optional<SenderRule> readRule(const std::string& body, wire::Problems& problems) {
    const auto given = wire::readBody<RuleBody>(body, problems);
    if (!given) return std::nullopt;
    const wire::Place whole{nullptr, "body", 0};
    auto sender = normalisedSender(given->sender.value);
    if (!sender) wire::report(problems, {&whole, "sender", 0}, "An address, or @ and a domain.", "value_error");
    const bool always = given->read.value == "always";
    if (!always && given->read.value != "never")
        wire::report(problems, {&whole, "read", 0}, "Either always or never.", "literal_error");
    if (!problems.empty()) return std::nullopt;
    return SenderRule{.sender = std::move(*sender), .read = always};
}

}  // namespace

Task<Response> listSenderRules(Call call) {
    const auto rules = co_await call.services.store.senderRules().ofUser(call.request.userId);
    if (!rules) co_return refuse(rules.error());
    Rules shown;
    for (const SenderRule& rule : *rules) shown.rules.push_back(view(rule));
    co_return ok(shown);
}

Task<Response> setSenderRule(Call call) {
    wire::Problems problems;
    const auto rule = readRule(call.request.body, problems);
    if (!rule) co_return refuse(problems);
    const auto kept = co_await call.services.store.senderRules().put(call.request.userId, *rule);
    if (!kept && kept.error().code == ErrorCode::TooLarge)
        co_return refuse(409, "There are too many rules. Delete some that you no longer need.");
    co_return kept ? ok(view(*rule)) : refuse(kept.error());
}

Task<Response> removeSenderRule(Call call) {
    auto sender = normalisedSender(call.request.parameters[0]);
    if (!sender) co_return refuse(404, "Not Found");
    const auto gone = co_await call.services.store.senderRules().remove(call.request.userId, std::move(*sender));
    co_return gone ? noContent() : refuse(gone.error());
}

}  // namespace nextjob::api::messages
