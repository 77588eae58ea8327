#include "analyse/remote_backend.hpp"

#include "analyse/score/profile_json.hpp"
#include "wire/analysis.hpp"
#include "wire/parcel.hpp"
#include "wire/profile.hpp"

#include <fmt/format.h>

#include <utility>

namespace nextjob::analyse {

using net::BackendRequest;

namespace {

// What is sent at once, and so stored in one transaction. A message beyond it goes alone.
constexpr std::size_t fullBody = 4U << 20;
constexpr std::chrono::milliseconds sendTime{180'000};

Error unreadable(std::string_view what) {
    return {
        ErrorCode::Unavailable,
        fmt::format("the backend's answer can't be read ({}): run the same version of nextjob here and there", what)};
}

}  // namespace

Task<Result<Profile>> RemoteBackend::profile(UserId user) {
    BackendRequest request;
    request.method = net::HttpMethod::Get;
    request.path = fmt::format("/service/profiles/user/{}", user);
    const auto answer = co_await backend_.call(std::move(request));
    if (!answer && answer.error().code == ErrorCode::NotFound) co_return Profile{};
    if (!answer) co_return std::unexpected(answer.error());
    wire::Problems problems;
    auto view = wire::readBody<wire::ProfileView>(*answer, problems);
    if (!view) co_return std::unexpected(unreadable(wire::sentenceOf(problems)));
    auto profile = readProfile(view->preferences).value_or(Profile{});
    profile.skills = std::move(view->skills);
    profile.version = view->version;
    co_return profile;
}

Task<Result<void>> RemoteBackend::keep(std::vector<AnalysedMessage> messages) {
    std::vector<std::string> some;
    std::size_t bytes = 0;
    for (const AnalysedMessage& message : messages) {
        std::string text = wire::writeAnalysed(message);
        if (!some.empty() && (bytes + text.size() > fullBody || some.size() == wire::mostMessages)) {
            if (auto sent = co_await send(std::exchange(some, {})); !sent) co_return sent;
            bytes = 0;
        }
        bytes += text.size();
        some.push_back(std::move(text));
    }
    if (some.empty()) co_return Result<void>{};
    co_return co_await send(std::move(some));
}

Task<Result<void>> RemoteBackend::send(std::vector<std::string> messages) {
    BackendRequest request;
    request.path = "/service/messages/analysed";
    request.body = wire::writeAnalysedBody(messages);
    request.deadline = sendTime;
    auto answer = co_await backend_.call(std::move(request));
    if (answer) co_return Result<void>{};
    // Only what is about the messages themselves may be held against them.
    Error& error = answer.error();
    if (error.code != ErrorCode::Invalid && error.code != ErrorCode::TooLarge) error.code = ErrorCode::Unavailable;
    co_return std::unexpected(std::move(error));
}

}  // namespace nextjob::analyse
