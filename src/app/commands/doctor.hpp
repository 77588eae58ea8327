#pragma once

namespace nextjob::app {

// `nextjob doctor`: what is configured, reachable and missing, and how to mend it. Changes nothing. Returns the exit
// status: 1 when something must be mended.
int doctor();

}  // namespace nextjob::app
