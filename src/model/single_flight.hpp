#pragma once

#include "model/completion.hpp"
#include "model/error.hpp"
#include "model/task.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace nextjob {

// Work that is worth doing once for all who ask for it at the same time: who asks for a key while its work runs gets
// the outcome of that. Shared by all threads; outlives the calls.
template <class Key, class T>
class SingleFlight {
  public:
    using Outcome = Result<T>;

    // `work` is called as Task<Outcome>(), or not at all.
    template <class Work>
    Task<Outcome> run(Key key, Work work) {
        const auto [flight, leads] = board(key);
        if (!leads) {
            auto start = [this, flight](Completion<Outcome> done) { join(*flight, std::move(done)); };
            co_return co_await suspended<Outcome>(std::move(start));
        }
        Landing landing(*this, key, flight);
        Outcome outcome = co_await work();
        landing.outcome = outcome;
        co_return outcome;
    }

  private:
    struct Flight {
        std::optional<Outcome> outcome;
        std::vector<Completion<Outcome>> waiting;
    };

    // Hands the outcome to all who wait, whatever way the work ends.
    struct Landing {
        Landing(SingleFlight& of, Key flightKey, std::shared_ptr<Flight> landed)
            : flights(of), key(std::move(flightKey)), flight(std::move(landed)) {}
        ~Landing() { flights.land(key, *flight, std::move(outcome)); }
        Landing(const Landing&) = delete;
        Landing& operator=(const Landing&) = delete;

        SingleFlight& flights;
        Key key;
        std::shared_ptr<Flight> flight;
        Outcome outcome = failure(ErrorCode::Unavailable, "what this waited for was broken off");
    };

    std::pair<std::shared_ptr<Flight>, bool> board(const Key& key) {
        const std::scoped_lock lock(mutex_);
        auto& flight = flights_[key];
        if (flight) return {flight, false};
        flight = std::make_shared<Flight>();
        return {flight, true};
    }

    void join(Flight& flight, Completion<Outcome> done) {
        {
            const std::scoped_lock lock(mutex_);
            if (!flight.outcome) {
                flight.waiting.push_back(std::move(done));
                return;
            }
        }
        done(*flight.outcome);
    }

    void land(const Key& key, Flight& flight, Outcome outcome) {
        std::vector<Completion<Outcome>> waiting;
        {
            const std::scoped_lock lock(mutex_);
            flights_.erase(key);
            flight.outcome = outcome;
            waiting.swap(flight.waiting);
        }
        for (auto& done : waiting) done(outcome);
    }

    std::mutex mutex_;
    std::map<Key, std::shared_ptr<Flight>> flights_;  // guarded by mutex_, as is what is in them
};

}  // namespace nextjob
