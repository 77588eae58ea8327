#pragma once

#include "model/error.hpp"
#include "model/task.hpp"
#include "observe/metrics.hpp"

#include <functional>
#include <string>
#include <vector>

namespace nextjob::observe {
class Counts;
}
namespace nextjob::queue {
class Queue;
}
namespace nextjob::store {
class Store;
}

namespace nextjob::api {

// Something that a process can't do its work without.
struct Need {
    std::string missing;  // what /ready says when it is not there: "The database does not answer."
    std::function<Task<Result<void>>()> answers;  // whether it is there now
};

// What a process tells of itself at /ready and /metrics. May be called from any thread; what it refers to outlives the
// server.
struct Vitals {
    std::vector<Need> needs;
    std::function<Task<observe::Figures>()> figures;  // as far as they can be had now; may be empty
    std::vector<observe::Counts*> counts;             // of what runs in this process
};

// Of a process that has a database. Its counts are the caller's to add.
Vitals vitalsOf(store::Store& store, queue::Queue& queue);

// What is known of the queue alone.
Task<observe::Figures> figuresOf(queue::Queue* queue);

}  // namespace nextjob::api
