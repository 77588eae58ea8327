#include "support/postgres_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace nextjob {

PostgresServer::PostgresServer() {
    std::array<int, 2> commands{}, answers{};
    if (::pipe2(commands.data(), O_CLOEXEC) != 0 || ::pipe2(answers.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe for the server");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, commands[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, answers[1], STDOUT_FILENO);
    std::string program = "/usr/bin/python3", script = NEXTJOB_SOURCE_DIR "/tests/support/postgres_server.py";
    std::array<char*, 3> words = {program.data(), script.data(), nullptr};
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(commands[0]);
    ::close(answers[1]);
    to_ = commands[1];
    from_ = answers[0];
    if (failed == 0) folder_ = readLine();
    if (folder_.empty()) throw std::runtime_error("no PostgreSQL server for the tests");
}

PostgresServer::~PostgresServer() {
    ::close(to_);
    readLine();  // nothing comes: it has ended
    ::close(from_);
}

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    return server;
}

std::string PostgresServer::url(const std::string& database) const {
    return fmt::format("postgresql://nextjob@/{}?host={}", database, folder_);
}

std::string PostgresServer::freshUrl() {
    const std::string name = fmt::format("test_{}_{}", ::getpid(), ++databases_);
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url("postgres").c_str()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> made(
        PQexec(connection.get(), ("create database " + name).c_str()), &PQclear);
    if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
    return url(name);
}

void PostgresServer::tell(const std::string& command) {
    const std::string line = command + "\n";
    if (::write(to_, line.data(), line.size()) != static_cast<ssize_t>(line.size()) || readLine() != "ok")
        throw std::runtime_error("the PostgreSQL server of the tests does not do: " + command);
}

std::string PostgresServer::readLine() {
    std::string line;
    char letter = 0;
    while (::read(from_, &letter, 1) == 1 && letter != '\n') line += letter;
    return line;
}

}  // namespace nextjob
