#include "api/handlers/integrations/integrations.hpp"
#include "api/handlers/integrations/sync_view.hpp"
#include "api/json/read.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/mailboxes.hpp"
#include "store/store.hpp"

namespace nextjob::api::integrations {

namespace {

struct Settings {
    std::optional<json::Whole<1, 3650>> days;
    std::optional<json::Text<1, 2000>> query;
    std::optional<json::List<json::Text<1, 500>, 100>> folders;
};
BOOST_DESCRIBE_STRUCT(Settings, (), (days, query, folders))

// Only what was said: what was not keeps following our defaults.
std::string written(const Settings& settings) {
    std::string out = "{";
    const auto member = [&out](std::string_view name) {
        if (out.size() > 1) out += ',';
        json::append(out, name);
        out += ':';
    };
    if (settings.days) {
        member("days");
        json::append(out, settings.days->value);
    }
    if (settings.query) {
        member("query");
        json::append(out, std::string_view(settings.query->value));
    }
    if (settings.folders) {
        member("folders");
        std::vector<std::string_view> names;
        for (const auto& folder : settings.folders->items) names.push_back(folder.value);
        json::append(out, names);
    }
    return out + "}";
}

}  // namespace

Task<Response> setSettings(Call call) {
    Problems problems;
    const auto settings = json::readBody<Settings>(call.request.body, problems);
    if (!settings) co_return refuse(problems);
    auto& mailboxes = call.services.store.mailboxes();
    const std::string source = call.request.parameters[0];
    // Made only by connecting the account.
    if (const auto known = co_await mailboxes.find(call.request.userId, source); !known)
        co_return refuse(known.error());
    const auto kept = co_await mailboxes.put(call.request.userId, source, written(*settings));
    if (!kept) co_return refuse(kept.error());
    call.services.mailboxAsked();
    co_return ok(view(*kept));
}

}  // namespace nextjob::api::integrations
