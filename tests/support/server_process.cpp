#include "support/server_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace nextjob {

ServerProcess::ServerProcess(const std::string& script, std::vector<std::string> options) : script_(script) {
    std::array<int, 2> commands{}, answers{};
    if (::pipe2(commands.data(), O_CLOEXEC) != 0 || ::pipe2(answers.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe for the server");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, commands[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, answers[1], STDOUT_FILENO);
    std::string program = "/usr/bin/python3", file = NEXTJOB_SOURCE_DIR "/tests/support/" + script;
    std::vector<char*> words = {program.data(), file.data()};
    for (std::string& option : options) words.push_back(option.data());
    words.push_back(nullptr);
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(commands[0]);
    ::close(answers[1]);
    to_ = commands[1];
    from_ = answers[0];
    if (failed == 0) folder_ = readLine();
    if (folder_.empty()) throw std::runtime_error("no server for the tests: " + script);
}

ServerProcess::~ServerProcess() {
    ::close(to_);
    readLine();  // nothing comes: it has ended
    ::close(from_);
}

void ServerProcess::tell(const std::string& command) {
    const std::string line = command + "\n";
    if (::write(to_, line.data(), line.size()) != static_cast<ssize_t>(line.size()) || readLine() != "ok")
        throw std::runtime_error(script_ + " does not do: " + command);
}

std::string ServerProcess::readLine() {
    std::string line;
    char letter = 0;
    while (::read(from_, &letter, 1) == 1 && letter != '\n') line += letter;
    return line;
}

}  // namespace nextjob
