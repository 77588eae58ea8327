#pragma once

#include "store/postgres/batcher.hpp"
#include "store/postgres/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nextjob::store::postgres {

// Finds by a key what nearly every request asks for: one question answers all who wait, and the more they are, the less
// each costs. Shared by all threads.
template <class Found>
class LookUp {
  public:
    using Key = std::int64_t;
    // A row for each key that is known; `keys` is a bigint[].
    using Ask = std::function<Task<Rows>(Call& call, const Value& keys)>;
    using Read = std::pair<Key, Found> (*)(const Row& row);

    LookUp(Database& database, Ask ask, Read read)
        : batcher_(
              {.atOnce = 1, .requests = mostTogether, .weight = mostTogether, .wait = database.serverWait()},
              [](const Key&) { return std::size_t{1}; },
              [&database, asks = std::move(ask), reads = read](std::vector<Key> keys) {
                  return answer(database, asks, reads, std::move(keys));
              }) {}

    // Nothing when the key is not known.
    Task<Result<std::optional<Found>>> find(Key key) { return batcher_.pass(key); }

  private:
    static constexpr std::size_t mostTogether = 256;
    using Answers = std::vector<std::optional<Found>>;

    static Task<Result<Answers>> answer(Database& database, Ask ask, Read read, std::vector<Key> keys) {
        Column column(Column::Type::Integer);
        for (const Key key : keys) column.add(key);
        auto work = [wanted = column.take(), keys = std::move(keys), asks = std::move(ask),
                     reads = read](Call& call) -> Task<Result<Answers>> {
            const Rows rows = co_await asks(call, wanted);
            std::unordered_map<Key, Found> known;
            for (int row = 0; row < rows.size(); ++row) known.insert(reads(rows[row]));
            Answers answers;
            answers.reserve(keys.size());
            for (const Key key : keys) {
                const auto found = known.find(key);
                answers.push_back(found == known.end() ? std::nullopt : std::optional(found->second));
            }
            co_return answers;
        };
        return database.read(std::move(work));
    }

    Batcher<Key, std::optional<Found>> batcher_;
};

}  // namespace nextjob::store::postgres
