#pragma once

#include "analyse/extract/prose.hpp"
#include "mail/message.hpp"
#include "model/offer.hpp"

#include <optional>
#include <string_view>

namespace nextjob::analyse {

// A name in the text that is the domain's own: "TELUS" for careers.telus.com. Says who sends on its own behalf.
std::optional<Proven<std::string>> nameOfDomain(const Page& page, std::string_view host);

// The name with the legal form that follows it ("Fuldawerke" of "Fuldawerke AG"), or the longer name that the mail
// has more than once, and without small words that end it ("Acme and").
Span wholeCompany(const Page& page, Span name);

// nameOfDomain of the sender's address.
std::optional<Proven<std::string>> nameOfSender(const Page& page, const mail::Message& message);

// The firm that a letter's title is for, best first: named right behind the title (whose last word is `title`), as a
// client or as one that hires, by "at". The writer's own firm (an agency's, often) comes last.
std::optional<Span> findCompany(const Page& page, const Prose& prose, std::size_t title, std::optional<Span> own);

}  // namespace nextjob::analyse
