#include "analyse/extract/sender.hpp"

#include "model/embedded.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace nextjob::analyse {

namespace {

std::vector<std::string> strings(const boost::json::object& profile, std::string_view key) {
    std::vector<std::string> list;
    if (const auto* value = profile.if_contains(key)) {
        for (const auto& item : value->as_array()) list.emplace_back(item.as_string());
    }
    return list;
}

SenderProfile readProfile(std::string_view file) {
    const auto data = boost::json::parse(boost::json::string_view(file.data(), file.size())).as_object();
    SenderProfile profile{.name = std::string(data.at("name").as_string()),
                          .domains = strings(data, "domains"),
                          .socialFrom = strings(data, "social_from"),
                          .jobLinks = strings(data, "job_links"),
                          .otherLinks = strings(data, "other_links"),
                          .noise = strings(data, "noise")};
    if (const auto* place = data.if_contains("company")) {
        profile.company = place->as_string() == "before_title" ? CompanyPlace::BeforeTitle : CompanyPlace::AfterTitle;
    }
    if (const auto* path = data.if_contains("path_names_offer")) profile.pathNamesOffer = path->as_bool();
    if (const auto* first = data.if_contains("plain_first")) profile.plainFirst = first->as_bool();
    if (const auto* board = data.if_contains("board")) profile.board = board->as_bool();
    return profile;
}

bool inDomain(std::string_view host, std::string_view domain) {
    return host == domain
           || (host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

}  // namespace

Senders::Senders() {
    for (const auto& file : embeddedFiles()) {
        if (!file.path.starts_with("analyse/extract/senders/")) continue;
        try {
            profiles_.push_back(readProfile(file.content()));
        } catch (const std::exception& error) {
            throw std::logic_error("embedded " + std::string(file.path) + ": " + error.what());
        }
    }
}

const SenderProfile* Senders::find(const mail::Message& message) const {
    for (const auto& mailbox : {message.from, message.sender, message.replyTo}) {
        if (!mailbox) continue;
        const auto at = mailbox->address.rfind('@');
        if (at == std::string::npos) continue;
        const auto host = std::string_view(mailbox->address).substr(at + 1);
        for (const auto& profile : profiles_) {
            if (std::ranges::any_of(profile.domains, [&](const std::string& domain) { return inDomain(host, domain); }))
                return &profile;
        }
    }
    return nullptr;
}

}  // namespace nextjob::analyse
