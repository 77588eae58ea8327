#include "ingest/sync/sync_schedule.hpp"

#include <algorithm>
#include <cmath>

namespace nextjob::ingest {

namespace {

using std::chrono::milliseconds;

// `first` times `factor` to that power, at most `longest`.
milliseconds grown(milliseconds first, double factor, int power, milliseconds longest) {
    const double length = static_cast<double>(first.count()) * std::pow(factor, std::clamp(power, 0, 64));
    return milliseconds(static_cast<std::int64_t>(std::min(length, static_cast<double>(longest.count()))));
}

milliseconds spread(milliseconds length, double random) {
    return milliseconds(static_cast<std::int64_t>(static_cast<double>(length.count()) * (0.8 + 0.4 * random)));
}

}  // namespace

// Slowly, by half each time: a mailbox that had mail an hour ago may well get more.
milliseconds SyncSchedule::afterLook(int idleRuns, bool isWatched, double random) const {
    return spread(isWatched ? watched : grown(shortest, 1.5, idleRuns, longest), random);
}

milliseconds SyncSchedule::afterTrouble(int troubles, double random) const {
    return spread(grown(firstRetry, 2, troubles - 1, longest), random);
}

milliseconds SyncSchedule::afterFailure(int attempts) const {
    return grown(messageRetry, 3, attempts - 1, std::chrono::hours(1));
}

}  // namespace nextjob::ingest
