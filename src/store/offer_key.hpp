#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nextjob {
struct OfferSighting;
}

namespace nextjob::store {

// By what a job is recognised among a user's offers: the first eight bytes of the SHA-256 of "l:linkedin:4012" (where
// its link leads) or "t:title|company|place" (its words). A hash, because every offer that comes in has two of them
// looked up and written. That any two of a million keys of one user are the same by chance is one in forty million; who
// wants to be taken for another job need only send its words.
using OfferKey = std::int64_t;

// A board that numbers its postings, by the hash of its name; 0 for none that is known.
using Board = std::int32_t;

// The keys of one sighting, as far as it has any.
struct OfferKeys {
    std::optional<OfferKey> link, text;
    Board board = 0;  // of the link
};

// The hash of a key's text, as the first migrations write it: "l:linkedin:4012".
OfferKey offerKey(std::string_view text);

// The board of a key's text: of "l:linkedin:4012" that of "linkedin:"; 0 for words and for "l:web:…".
Board boardOfKey(std::string_view text);

// Of each offer of one message, in order. A link that several offers of the message share is the mail's, not theirs.
std::vector<OfferKeys> keysOf(const std::vector<const OfferSighting*>& offers);
std::vector<OfferKeys> keysOf(const std::vector<OfferSighting>& offers);
OfferKeys keysOf(const OfferSighting& offer);  // the only one of its message

}  // namespace nextjob::store
