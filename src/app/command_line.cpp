#include "app/command_line.hpp"

#include <CLI/CLI.hpp>

namespace nextjob::app {

int runCommandLine(int argc, const char* const* argv) {
    CLI::App program("Finds the job offers in your mail, proves and scores them, and serves them.", "nextjob");
    program.set_version_flag("--version", NEXTJOB_VERSION);
    program.require_subcommand(1);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? 0 : 2;
    }
    return 0;
}

}  // namespace nextjob::app
