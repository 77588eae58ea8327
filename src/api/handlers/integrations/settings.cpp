#include "api/handlers/integrations/integrations.hpp"
#include "api/handlers/integrations/sync_view.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "ingest/gmail/gmail_settings.hpp"
#include "ingest/imap/imap_state.hpp"
#include "store/mailboxes.hpp"
#include "store/store.hpp"
#include "wire/read.hpp"

#include <utility>

namespace nextjob::api::integrations {

namespace {

struct GmailBody {
    std::optional<wire::Whole<1, ingest::GmailSettings::mostDays>> days;
    std::optional<wire::Text<1, ingest::GmailSettings::mostQuery>> query;
};
BOOST_DESCRIBE_STRUCT(GmailBody, (), (days, query))

struct ImapSettingsBody {
    std::optional<wire::Whole<1, ingest::ImapSettings::mostDays>> days;
    std::optional<wire::List<wire::Text<1, ingest::ImapSettings::longestFolder / 4>, ingest::ImapSettings::mostFolders>>
        folders;
};
BOOST_DESCRIBE_STRUCT(ImapSettingsBody, (), (days, folders))

// Only what was said: what was not keeps following our defaults.
class Written {
  public:
    template <class T>
    Written& add(std::string_view name, const std::optional<T>& value) {
        if (!value) return *this;
        if (out_.size() > 1) out_ += ',';
        wire::append(out_, name);
        out_ += ':';
        wire::append(out_, value->value);
        return *this;
    }
    std::string take() { return std::move(out_) + "}"; }

  private:
    std::string out_ = "{";
};

struct Names {
    std::vector<std::string> value;
};

std::optional<std::string> readGmail(const std::string& text, wire::Problems& problems) {
    const auto body = wire::readBody<GmailBody>(text, problems);
    if (!body) return std::nullopt;
    auto written = Written().add("days", body->days).add("query", body->query).take();
    if (const auto read = ingest::readGmailSettings(written); !read) {
        const wire::Place whole{nullptr, "body", 0};
        wire::report(problems, {&whole, "query", 0}, read.error().message, "value_error");
        return std::nullopt;
    }
    return written;
}

std::optional<std::string> readImap(const std::string& text, wire::Problems& problems) {
    const auto body = wire::readBody<ImapSettingsBody>(text, problems);
    if (!body) return std::nullopt;
    std::optional<Names> folders;
    if (body->folders) {
        folders.emplace();
        for (const auto& folder : body->folders->items) folders->value.push_back(folder.value);
    }
    return Written().add("days", body->days).add("folders", folders).take();
}

}  // namespace

Task<Response> setSettings(Call call) {
    wire::Problems problems;
    const std::string source = call.request.parameters[0];
    auto settings = source == "imap" ? readImap(call.request.body, problems) : readGmail(call.request.body, problems);
    if (!settings) co_return refuse(problems);
    auto& mailboxes = call.services.store.mailboxes();
    // Made only by connecting the account.
    if (const auto known = co_await mailboxes.find(call.request.userId, source); !known)
        co_return refuse(known.error());
    const auto kept = co_await mailboxes.put(call.request.userId, source, std::move(*settings));
    if (!kept) co_return refuse(kept.error());
    call.services.mailboxAsked();
    co_return ok(view(*kept));
}

}  // namespace nextjob::api::integrations
