#pragma once

#include "model/error.hpp"
#include "model/message_record.hpp"
#include "store/offers.hpp"
#include "store/sqlite/connection.hpp"

#include <vector>

namespace nextjob::store::sqlite {

// Offers::ingest, inside a transaction.
Result<IngestReport> ingest(Connection& connection, const std::vector<AnalysedMessage>& messages, Timestamp now);

}  // namespace nextjob::store::sqlite
