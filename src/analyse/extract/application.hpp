#pragma once

#include "analyse/extract/page.hpp"
#include "mail/message.hpp"
#include "model/offer.hpp"

namespace nextjob::analyse {

// What an application, interview or rejection mail is about, by the lexicon's sentences ("your application for the
// {title} position at {company}") or, where none fits, by the title and the firm that it names. `byBoard`: the sender
// is a job board, whose own name says nothing.
ApplicationSubject readSubject(const Page& page, const mail::Message& message, bool byBoard);

}  // namespace nextjob::analyse
