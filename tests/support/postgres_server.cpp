#include "support/postgres_server.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

namespace nextjob {

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    return server;
}

std::string PostgresServer::url(const std::string& database) const {
    return fmt::format("postgresql://nextjob@/{}?host={}", database, folder());
}

std::string PostgresServer::freshUrl() {
    const std::string name = fmt::format("test_{}_{}", ::getpid(), ++databases_);
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url("postgres").c_str()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> made(
        PQexec(connection.get(), ("create database " + name).c_str()), &PQclear);
    if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
    return url(name);
}

}  // namespace nextjob
