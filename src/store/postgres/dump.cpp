#include "store/postgres/dump.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace nextjob::store::postgres {
namespace {

// Our environment and what the URL says in libpq's variables: on a command line everybody could read the password.
std::vector<std::string> environmentFor(const std::string& url) {
    std::vector<std::string> environment;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (!std::string_view(*variable).starts_with("PG")) environment.emplace_back(*variable);
    }
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), nullptr),
                                                                               &PQconninfoFree);
    for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (option->val != nullptr && option->envvar != nullptr)
            environment.push_back(fmt::format("{}={}", option->envvar, option->val));
    }
    return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> made;
    for (std::string& text : texts) made.push_back(text.data());
    made.push_back(nullptr);
    return made;
}

std::unexpected<Error> cannot(const std::filesystem::path& file, std::string_view why) {
    return failure(ErrorCode::Unavailable, fmt::format("The backup {} can't be written: {}.", file.string(), why));
}

std::string readAll(int from) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(from, buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(got));
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

}  // namespace

Result<void> dump(const std::string& url, const std::filesystem::path& file) {
    std::error_code failed;
    if (std::filesystem::is_directory(file, failed))
        return failure(ErrorCode::Invalid, fmt::format("{} is a folder. Name a file for the backup.", file.string()));
    const std::string partial = fmt::format("{}.partial-{}", file.string(), ::getpid());
    // Made here, for its owner only, before anything is written into it.
    const int made = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (made < 0) return cannot(file, std::strerror(errno));
    ::close(made);

    std::vector<std::string> words = {"pg_dump", "--format=custom", "--no-password", "--file=" + partial};
    std::vector<std::string> variables = environmentFor(url);
    std::array<int, 2> said{};
    if (::pipe2(said.data(), O_CLOEXEC) != 0) return cannot(file, std::strerror(errno));
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, said[1], STDERR_FILENO);
    pid_t child = 0;
    const int refused =
        ::posix_spawnp(&child, "pg_dump", &actions, nullptr, pointers(words).data(), pointers(variables).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(said[1]);
    const std::string complaint = refused == 0 ? readAll(said[0]) : "";
    ::close(said[0]);
    int status = 0;
    if (refused == 0) ::waitpid(child, &status, 0);
    if (refused == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        std::filesystem::rename(partial, file, failed);
        if (!failed) return {};
    }
    ::unlink(partial.c_str());
    if (refused == ENOENT)
        return cannot(file,
                      "pg_dump is not installed. Install the package postgresql-client, or run pg_dump "
                      "--format=custom where the server is");
    return cannot(file, refused != 0 ? std::strerror(refused) : complaint.empty() ? failed.message() : complaint);
}

}  // namespace nextjob::store::postgres
