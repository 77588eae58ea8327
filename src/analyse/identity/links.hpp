#pragma once

#include <string>
#include <string_view>

namespace nextjob::analyse {

// Two offers are the same job when their link keys are equal or their text keys are (text_key.hpp). A link
// key says more: the same posting on the same board, whatever the words around it. Inside one mail a link
// that stands under several titles is the mail's, not the offers', and its key is no proof. Both functions
// look at the link only, never at the network. They read their rules from data/links.json once.

// The address that the link leads to when its wrapper spells it openly, in a query value or in the path,
// percent-encoded or not, several deep; else the link itself. Links over 16 KB come back as they are.
std::string unwrap(std::string_view link);

// "site/id": "linkedin/4012345678" where the board is known, else the host and what follows it without what
// differs from mail to mail (www, fragment, tracking parameters), "example.com/jobs/17?id=4". Two ids of one
// site are two postings. Empty when the link can't tell one job: no web address, a click tracker whose target
// is not to be seen, a home or search page, over 16 KB. Targets packed as base64 count here.
std::string linkKey(std::string_view link);

// The same of a link that unwrap() gave.
std::string targetKey(std::string_view target);

}  // namespace nextjob::analyse
