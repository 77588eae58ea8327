#pragma once

#include "model/imap_account.hpp"
#include "model/import.hpp"
#include "model/message_record.hpp"
#include "model/offer.hpp"
#include "model/raw_message.hpp"
#include "model/stored_offer.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace nextjob {

// The one spelling of each enumerator outside the program (database, JSON, command line): lower case, words
// joined by underscores ("not_job", "on_site", "full_time").
std::string_view nameOf(MailKind value);
std::string_view nameOf(WorkMode value);
std::string_view nameOf(EmploymentType value);
std::string_view nameOf(Seniority value);
std::string_view nameOf(SalaryPeriod value);
std::string_view nameOf(MailFormat value);
std::string_view nameOf(MessageState value);
std::string_view nameOf(ImportState value);
std::string_view nameOf(OfferState value);
std::string_view nameOf(OfferOrder value);
std::string_view nameOf(Delivery value);
std::string_view nameOf(ImapSecurity value);

// The enumerator of this name, or nothing: parseName<WorkMode>("remote").
template <class Enum>
std::optional<Enum> parseName(std::string_view name);

// Every name, in the order of the enumerators: allNames<WorkMode>().
template <class Enum>
std::span<const std::string_view> allNames();

}  // namespace nextjob
