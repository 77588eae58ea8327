#pragma once

#include "model/error.hpp"

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace nextjob::app {

// Results go to standard output, messages to standard error. `command` names the command in messages
// ("nextjob import"). Used from one thread.
class Terminal {
  public:
    explicit Terminal(std::string command) : command_(std::move(command)) {}

    // Writes to standard output. False when it is closed or full; the command then ends with `finish`.
    bool print(std::string_view text);

    // A line on standard error: "nextjob import: TEXT".
    void error(std::string_view text);

    // A line on standard error as it stands.
    void note(std::string_view text);

    // Ends a command that failed: says why, and returns 1.
    int fail(const Error& error);

    // Flushes standard output. Returns `status`, or 1 after an error line when what was printed did not arrive;
    // a reader that closed its end early (`| head`) is no fault and gets no line.
    int finish(int status);

    const std::string& command() const { return command_; }

    static bool isTerminal(std::FILE* stream);
    static bool colour(std::FILE* stream);          // a terminal, and NO_COLOR is not set
    static std::size_t columns(std::FILE* stream);  // COLUMNS, else the terminal's, else 100

  private:
    std::string command_;
    int writeError_ = 0;  // errno of the first write to standard output that failed
};

}  // namespace nextjob::app
