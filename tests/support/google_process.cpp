#include "support/google_process.hpp"

#include "model/run_task.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace nextjob::test {

GoogleProcess::GoogleProcess(net::HttpClient& http) : http_(http) {
    std::array<int, 2> in{}, out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipes");
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::string program = "/usr/bin/python3";
    std::string script = NEXTJOB_SOURCE_DIR "/tests/fakes/google/google_server.py";
    std::array<char*, 3> arguments{program.data(), script.data(), nullptr};
    const int failed = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    for (char c = 0; failed == 0 && ::read(out[0], &c, 1) == 1 && c != '\n';) url_ += c;
    ::close(out[0]);
    if (url_.empty()) throw std::runtime_error("tests/fakes/google does not start");
}

GoogleProcess::~GoogleProcess() {
    ::close(input_);
    ::waitpid(process_, nullptr, 0);
}

std::string GoogleProcess::tell(const std::string& name, const std::string& arguments) {
    net::HttpRequest request{.method = net::HttpMethod::Post, .url = url_ + "/_control/" + name, .body = arguments};
    auto reply = runTask(http_.send(std::move(request)));
    if (!reply) throw std::runtime_error(reply.error().message);
    if (reply->status != 200) throw std::runtime_error(reply->body);
    return std::move(reply->body);
}

}  // namespace nextjob::test
