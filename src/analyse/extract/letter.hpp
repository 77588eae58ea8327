#pragma once

#include "analyse/extract/page.hpp"
#include "mail/message.hpp"
#include "model/offer.hpp"

#include <optional>

namespace nextjob::analyse {

// The offer that a person's letter speaks of: a title in its prose or subject, the company and the place it names.
// Nothing when no title is named ("I have a role for you").
std::optional<Offer> readLetter(const Page& page, const mail::Message& message);

}  // namespace nextjob::analyse
