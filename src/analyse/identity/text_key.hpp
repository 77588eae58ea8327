#pragma once

#include <string>
#include <string_view>

namespace nextjob::analyse {

// The key by which one job is known in mails that word it a little differently: title, company and city
// without case, accents, punctuation, gender suffixes ("(m/w/d)", "H/F") and legal forms (GmbH, Inc., ООО):
// "senior data engineer|acme|berlin". Every way to say "remote" is one word; without a place the last part is
// empty, and such a key equals no key with a place. Empty when no title or no company is left: a title alone
// is many jobs. Equal text keys are one job even where link keys differ, because boards copy each other's
// postings and post one job again under a new number.
std::string textKey(std::string_view title, std::string_view company, std::string_view location);

// The company's part of a text key: two names of one company are equal in it. Empty when nothing is left.
std::string companyKey(std::string_view company);

}  // namespace nextjob::analyse
