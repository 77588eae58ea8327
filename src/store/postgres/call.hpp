#pragma once

#include "model/task.hpp"
#include "store/postgres/pool.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace nextjob::store::postgres {

// One call's use of a connection. Batches run on the caller's executor and throw PostgresError.
class Call {
  public:
    Call(Lease lease, std::chrono::milliseconds deadline, bool transaction)
        : lease_(std::move(lease)), deadline_(deadline), state_(transaction ? State::Wanted : State::None) {}

    // One round trip. The first batch of a transaction opens it.
    Task<std::vector<Rows>> run(Batch batch);
    // One round trip, for a batch of one.
    template <class... Values>
    Task<Rows> query(std::string_view sql, const Values&... values) {
        Batch batch;
        batch.add(sql, values...);
        return only(std::move(batch));
    }
    // The last batch of a transaction, which ends with it.
    Task<std::vector<Rows>> runAndCommit(Batch batch);

    std::uint32_t offersType() const { return (*lease_).offersType(); }

    // Ends an open transaction; nothing when none is open.
    Task<void> finish(bool commit);

  private:
    enum class State { None, Wanted, Open };

    Task<Rows> only(Batch batch);
    Task<std::vector<Rows>> exchange(Batch batch);

    Lease lease_;
    std::chrono::milliseconds deadline_;
    State state_;
};

}  // namespace nextjob::store::postgres
