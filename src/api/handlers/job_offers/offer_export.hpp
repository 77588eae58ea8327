#pragma once

#include "api/body_stream.hpp"
#include "model/page.hpp"
#include "model/stored_offer.hpp"

#include <cstdint>
#include <memory>

namespace nextjob::store {
class Offers;
}

namespace nextjob::api {

enum class ExportFormat : std::uint8_t { Csv, Json };

// Offers of a user as one file, read page by page while it is sent. A JSON file is an array of what the API shows; CSV
// has a line a job, with the columns named in the first.
std::shared_ptr<BodyStream> offerExport(store::Offers& offers, UserId user, OfferFilter filter, OfferSort sort,
                                        ExportFormat format);

}  // namespace nextjob::api
