#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::queue {

// Names this process so that any other on the machine can tell whether it still runs: the machine's boot, the
// process namespace, the process id and when it started (ids are used again).
std::string ownIdentity();

// Names what a worker elsewhere got by one of its calls: should the answer to the call be lost, this and no more is
// given back.
std::string holderElsewhere(std::string_view identity, std::int64_t call);

// Where the processes run that share a queue.
enum class Reach : std::uint8_t { OneMachine, ManyMachines };

// Whether the process of this identity, or of this holder elsewhere, is surely dead. Not sure, so false: one of another
// process namespace or, where there are many machines, or it is elsewhere, of another boot, which may be another
// machine's; its claims end with their lease.
bool hasDied(std::string_view identity, Reach reach = Reach::OneMachine);

}  // namespace nextjob::queue
