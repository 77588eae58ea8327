#include "app/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace nextjob::app {

namespace {
constexpr std::size_t plainColumns = 100;
constexpr std::size_t leastColumns = 40;
constexpr std::size_t mostColumns = 160;
}  // namespace

bool Terminal::print(std::string_view text) {
    if (writeError_ == 0 && std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) writeError_ = errno;
    return writeError_ == 0;
}

void Terminal::error(std::string_view text) { note(fmt::format("{}: {}", command_, text)); }

void Terminal::note(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fputc('\n', stderr);
}

int Terminal::fail(const Error& why) {
    error(why.message);
    return finish(1);
}

int Terminal::finish(int status) {
    if (writeError_ == 0 && std::fflush(stdout) != 0) writeError_ = errno;
    if (writeError_ == 0) return status;
    if (writeError_ != EPIPE)
        error(fmt::format("cannot write to standard output: {}. The output is not complete.",
                          std::generic_category().message(writeError_)));
    return 1;
}

bool Terminal::isTerminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

bool Terminal::colour(std::FILE* stream) {
    const char* off = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    return (off == nullptr || *off == '\0') && (kind == nullptr || std::strcmp(kind, "dumb") != 0)
           && isTerminal(stream);
}

std::size_t Terminal::columns(std::FILE* stream) {
    std::size_t columns = 0;
    if (const char* text = std::getenv("COLUMNS"); text != nullptr)
        std::from_chars(text, text + std::strlen(text), columns);
    if (columns == 0) {
        winsize size{};
        if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0) columns = size.ws_col;
    }
    if (columns == 0) columns = plainColumns;
    return std::clamp(columns, leastColumns, mostColumns);
}

}  // namespace nextjob::app
