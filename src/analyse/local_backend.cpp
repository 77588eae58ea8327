#include "analyse/local_backend.hpp"

#include "analyse/analyser.hpp"
#include "analyse/profile_of.hpp"
#include "analyse/rescore.hpp"
#include "observe/log.hpp"

#include <map>
#include <utility>

namespace nextjob::analyse {

LocalBackend::LocalBackend(store::Store& store, const Analyser& analyser, std::shared_ptr<spdlog::logger> log)
    : store_(store), analyser_(analyser), log_(std::move(log)) {}

Task<Result<Profile>> LocalBackend::profile(UserId user) { return profileOf(store_, user); }

Task<Result<void>> LocalBackend::keep(std::vector<AnalysedMessage> messages) {
    auto report = co_await store_.offers().ingest(std::move(messages));
    if (!report) co_return std::unexpected(std::move(report.error()));
    co_await rescoreGrown(std::move(*report));
    co_return Result<void>{};
}

// An offer that knows more than the mail which scored it is worth a new score. Failing leaves the old one.
Task<void> LocalBackend::rescoreGrown(store::IngestReport report) {
    std::map<UserId, std::vector<OfferId>> grown;
    for (const auto& [user, offer] : report.grown) grown[user].push_back(offer);
    for (auto& [user, offers] : grown) {
        const auto done = co_await rescoreSome(store_, analyser_.scorer(), user, std::move(offers));
        if (!done)
            observe::log(*log_, observe::Level::Warning, "rescore_failed",
                         {{"user", user}, {"reason", std::string_view(done.error().message)}});
    }
}

}  // namespace nextjob::analyse
