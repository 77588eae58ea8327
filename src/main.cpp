#include "app/command_line.hpp"

int main(int argc, char** argv) { return nextjob::app::runCommandLine(argc, argv); }
