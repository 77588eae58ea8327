#pragma once

#include "model/message_record.hpp"
#include "store/offers.hpp"
#include "store/postgres/call.hpp"

#include <memory>
#include <vector>

namespace nextjob::store::postgres {

using AnalysedMessages = std::shared_ptr<const std::vector<AnalysedMessage>>;

// Ingests of several callers in one transaction and two round trips, three when they hold a known job; a
// report for each.
Task<Result<std::vector<IngestReport>>> ingest(Call& call, std::vector<const std::vector<AnalysedMessage>*> callers,
                                               Timestamp now);

}  // namespace nextjob::store::postgres
