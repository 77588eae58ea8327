#pragma once

#include "analyse/extract/page.hpp"
#include "mail/message.hpp"
#include "model/offer.hpp"

#include <optional>

namespace nextjob::analyse {

// The offer that a person's letter speaks of: a title in its prose or subject, the company and the place it names.
// Nothing when no title is named ("I have a role for you").
std::optional<Offer> readLetter(const Page& page, const mail::Message& message);

// What an application, interview or rejection mail is about, by the lexicon's sentences ("your application for the
// {title} position at {company}") or, where none fits, by the title and the firm that it names.
ApplicationSubject readSubject(const Page& page, const mail::Message& message);

// A name in the text that is the domain's own: "TELUS" for careers.telus.com. Says who sends on its own behalf.
std::optional<Proven<std::string>> nameOfDomain(const Page& page, std::string_view host);

}  // namespace nextjob::analyse
