#pragma once

namespace nextjob::app {

// Runs one `nextjob` command. Returns the process's exit status: 0 done, 1 failed, 2 wrong usage.
int runCommandLine(int argc, const char* const* argv);

}  // namespace nextjob::app
