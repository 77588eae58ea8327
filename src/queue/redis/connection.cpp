#include "queue/redis/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <thread>

namespace nextjob::queue::redis {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds firstPause{20};
constexpr milliseconds longestPause{1'000};
constexpr milliseconds connectPatience{3'000};
constexpr std::size_t readBytes = 256U << 10;
constexpr std::size_t keptBytes = 8U << 20;  // room for answers that is not given back after each

// What a server says that will be itself again: it reads its file, follows another one that is away, is just being
// promoted, runs a script. NOGROUP: its data is gone, and the greeting of a new connection makes the group again.
constexpr std::array<std::string_view, 7> passingErrors{"LOADING",  "MASTERDOWN",  "READONLY", "BUSY ",
                                                        "TRYAGAIN", "CLUSTERDOWN", "NOGROUP"};

// The pause before the next try: longer each time, and not the same for all that lost one server.
milliseconds pauseBefore(int attempt) {
    thread_local std::minstd_rand random(std::random_device{}());
    const milliseconds whole = std::min(longestPause, firstPause * (1 << std::min(attempt, 10)));
    return whole / 2 + milliseconds(std::uniform_int_distribution<std::int64_t>(0, whole.count() / 2)(random));
}

// The error that an answer is, or the first in the answers of a transaction; "" when there is none.
std::string_view errorIn(const Value& value) {
    if (value.isError()) return value.text();
    for (std::size_t i = 0; i < value.size(); ++i)
        if (value[i].isError()) return value[i].text();
    return {};
}

}  // namespace

void Pipeline::begin(std::size_t words) {
    bytes_ += '*';
    bytes_ += std::to_string(words);
    bytes_ += "\r\n";
    ++commands_;
}

void Pipeline::word(std::string_view text) {
    bytes_ += '$';
    bytes_ += std::to_string(text.size());
    bytes_ += "\r\n";
    bytes_ += text;
    bytes_ += "\r\n";
}

Connection::Connection(Address address, Pipeline greeting, std::string harmless, Patience patience)
    : address_(std::move(address)),
      greeting_(std::move(greeting)),
      harmless_(std::move(harmless)),
      patience_(patience) {}

Connection::~Connection() = default;

Result<std::vector<Value>> Connection::run(const Pipeline& commands, milliseconds serverWaits) {
    const auto deadline = Clock::now() + patience_.server;
    for (int attempt = 0;; ++attempt) {
        auto answers = tryOnce(commands, serverWaits);
        if (answers) return std::move(*answers);
        if (!answers.error().passing) return std::unexpected(std::move(answers.error().error));
        const milliseconds pause = pauseBefore(attempt);
        if (Clock::now() + pause >= deadline) return std::unexpected(std::move(answers.error().error));
        std::this_thread::sleep_for(pause);
    }
}

Connection::Answers Connection::tryOnce(const Pipeline& commands, milliseconds serverWaits) {
    if (!socket_) {
        if (auto failed = connect()) return std::unexpected(std::move(*failed));
    }
    auto answers = exchange(commands, patience_.answer + serverWaits, {});
    if (!answers && answers.error().passing) socket_.reset();
    return answers;
}

std::optional<Connection::Failure> Connection::connect() {
    auto made = Socket::connect(address_, std::min(connectPatience, patience_.server));
    if (!made) {
        const bool passing = made.error().code == ErrorCode::Unavailable;
        return Failure{std::move(made.error()), passing};
    }
    socket_ = std::move(*made);
    Pipeline identity;
    if (!address_.user.empty())
        identity.add("AUTH", address_.user, address_.password);
    else if (!address_.password.empty())
        identity.add("AUTH", address_.password);
    if (address_.database != 0) identity.add("SELECT", address_.database);
    for (const Pipeline* part : std::array<const Pipeline*, 2>{&identity, &greeting_}) {
        auto answers = exchange(*part, patience_.answer, harmless_);
        if (answers) continue;
        socket_.reset();
        return std::move(answers.error());
    }
    ++generation_;
    return std::nullopt;
}

// All answers are read, also behind one that is an error, so that the connection stays of use.
Connection::Answers Connection::exchange(const Pipeline& commands, milliseconds patience, std::string_view harmless) {
    const auto broken = [this](const std::string& why) {
        return std::unexpected(Failure{
            {ErrorCode::Unavailable, fmt::format("The Redis server at {} did not answer: {}.", address_.shown(), why)},
            true});
    };
    if (auto written = socket_->write(commands.bytes(), patience); !written) return broken(written.error());
    auto answers = receive(commands.size(), patience);
    if (!answers) return broken(answers.error());
    for (const Value& each : *answers) {
        const std::string_view said = errorIn(each);
        if (!said.empty() && (harmless.empty() || !said.starts_with(harmless))) return std::unexpected(refusal(said));
    }
    return std::move(*answers);
}

std::expected<std::vector<Value>, std::string> Connection::receive(std::size_t answers, milliseconds patience) {
    received_.clear();
    if (received_.capacity() > keptBytes) received_.shrink_to_fit();
    AnswerReader reader(answers);
    while (true) {
        const auto whole = reader.isWhole(received_);
        if (!whole) return std::unexpected(fmt::format("what it said is no Redis protocol ({})", whole.error()));
        if (*whole) return reader.read(received_);
        const std::size_t before = received_.size();
        std::expected<std::size_t, std::string> got;
        received_.resize_and_overwrite(before + readBytes, [&](char* bytes, std::size_t) {
            got = socket_->read({bytes + before, readBytes}, patience);
            return before + got.value_or(0);
        });
        if (!got) return std::unexpected(std::move(got.error()));
    }
}

// What the server's error means for whoever runs it. Scripts put their own words before or behind the server's.
Connection::Failure Connection::refusal(std::string_view said) const {
    const auto has = [said](std::string_view code) { return said.contains(code); };
    const std::string where = address_.shown();
    if (std::ranges::any_of(passingErrors, has))
        return {{ErrorCode::Unavailable, fmt::format("The Redis server at {} is not ready: {}", where, said)}, true};
    if (has("WRONGPASS") || has("invalid password") || has("without any password"))
        return {{ErrorCode::Invalid, fmt::format("The Redis server at {} refuses this user and password ({}). Set "
                                                 "REDIS_URL to redis://USER:PASSWORD@…, or to redis://:PASSWORD@… for "
                                                 "the default user.",
                                                 where, said)}};
    if (has("NOAUTH"))
        return {{ErrorCode::Invalid, fmt::format("The Redis server at {} asks for a password. Put it into REDIS_URL: "
                                                 "redis://USER:PASSWORD@… or redis://:PASSWORD@….",
                                                 where)}};
    if (has("NOPERM"))
        return {
            {ErrorCode::Invalid, fmt::format("The Redis server at {} does not let this user do what the queue needs "
                                             "({}). docs/queue.md has the ACL line.",
                                             where, said)}};
    if (has("WRONGTYPE"))
        return {{ErrorCode::Invalid, fmt::format("In the Redis database at {} something else than nextjob has a key of "
                                                 "the queue's (jobs, jobs:…). Give the queue a database of its own: "
                                                 "another number at the end of REDIS_URL.",
                                                 where)}};
    if (has("OOM "))
        return {{ErrorCode::Unavailable, fmt::format("The Redis server at {} has no memory left. Raise its maxmemory; "
                                                     "nothing is lost meanwhile.",
                                                     where)}};
    if (has("unknown command") || has("DB index"))
        return {
            {ErrorCode::Invalid, fmt::format("The Redis server at {} can't do what the queue needs ({}). It must be "
                                             "Redis 6.2 or later, with that many databases.",
                                             where, said)}};
    return {{ErrorCode::Internal, fmt::format("The Redis server at {} refused: {}", where, said)}};
}

}  // namespace nextjob::queue::redis
