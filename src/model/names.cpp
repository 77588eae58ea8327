#include "model/names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace nextjob {
namespace {

using namespace std::string_view_literals;

// In the order of the enumerators.
template <class Enum>
constexpr std::array<std::string_view, 0> namesOf{};
template <>
constexpr std::array namesOf<MailKind>{"alert"sv,     "recruiter"sv, "application"sv,
                                       "interview"sv, "rejection"sv, "not_job"sv};
template <>
constexpr std::array namesOf<WorkMode>{"on_site"sv, "hybrid"sv, "remote"sv};
template <>
constexpr std::array namesOf<EmploymentType>{"full_time"sv,  "part_time"sv,      "contract"sv,  "temporary"sv,
                                             "internship"sv, "apprenticeship"sv, "freelance"sv, "volunteer"sv};
template <>
constexpr std::array namesOf<Seniority>{"intern"sv, "junior"sv,    "middle"sv,  "senior"sv,   "lead"sv,
                                        "staff"sv,  "principal"sv, "manager"sv, "director"sv, "executive"sv};
template <>
constexpr std::array namesOf<SalaryPeriod>{"hour"sv, "day"sv, "week"sv, "month"sv, "year"sv};
template <>
constexpr std::array namesOf<MailFormat>{"rfc822"sv, "gmail_json"sv};
template <>
constexpr std::array namesOf<MessageState>{"seen"sv, "queued"sv, "done"sv, "skipped"sv, "dead"sv};
template <>
constexpr std::array namesOf<ImportState>{"receiving"sv, "reading"sv, "analysing"sv, "done"sv, "failed"sv};
template <>
constexpr std::array namesOf<OfferState>{"new"sv,      "saved"sv, "applied"sv, "interview"sv,
                                         "rejected"sv, "offer"sv, "hidden"sv};
template <>
constexpr std::array namesOf<OfferOrder>{"score"sv, "first_seen"sv, "last_seen"sv, "company"sv, "title"sv};
template <>
constexpr std::array namesOf<Delivery>{"created"sv, "updated"sv, "unchanged"sv, "suppressed"sv};
template <>
constexpr std::array namesOf<ImapSecurity>{"tls"sv, "starttls"sv, "plain"sv};

template <class Enum>
std::string_view nameIn(Enum value) {
    return namesOf<Enum>.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view nameOf(MailKind value) { return nameIn(value); }
std::string_view nameOf(WorkMode value) { return nameIn(value); }
std::string_view nameOf(EmploymentType value) { return nameIn(value); }
std::string_view nameOf(Seniority value) { return nameIn(value); }
std::string_view nameOf(SalaryPeriod value) { return nameIn(value); }
std::string_view nameOf(MailFormat value) { return nameIn(value); }
std::string_view nameOf(MessageState value) { return nameIn(value); }
std::string_view nameOf(ImportState value) { return nameIn(value); }
std::string_view nameOf(OfferState value) { return nameIn(value); }
std::string_view nameOf(OfferOrder value) { return nameIn(value); }
std::string_view nameOf(Delivery value) { return nameIn(value); }
std::string_view nameOf(ImapSecurity value) { return nameIn(value); }

template <class Enum>
std::optional<Enum> parseName(std::string_view name) {
    const auto found = std::ranges::find(namesOf<Enum>, name);
    if (found == namesOf<Enum>.end()) return std::nullopt;
    return static_cast<Enum>(found - namesOf<Enum>.begin());
}

template <class Enum>
std::span<const std::string_view> allNames() {
    return namesOf<Enum>;
}

template std::span<const std::string_view> allNames<WorkMode>();
template std::span<const std::string_view> allNames<Seniority>();
template std::span<const std::string_view> allNames<SalaryPeriod>();
template std::span<const std::string_view> allNames<OfferState>();
template std::span<const std::string_view> allNames<MessageState>();
template std::span<const std::string_view> allNames<ImapSecurity>();
template std::span<const std::string_view> allNames<EmploymentType>();
template std::span<const std::string_view> allNames<MailFormat>();
template std::span<const std::string_view> allNames<MailKind>();

template std::optional<MailKind> parseName(std::string_view);
template std::optional<WorkMode> parseName(std::string_view);
template std::optional<EmploymentType> parseName(std::string_view);
template std::optional<Seniority> parseName(std::string_view);
template std::optional<SalaryPeriod> parseName(std::string_view);
template std::optional<MailFormat> parseName(std::string_view);
template std::optional<MessageState> parseName(std::string_view);
template std::optional<ImportState> parseName(std::string_view);
template std::optional<OfferState> parseName(std::string_view);
template std::optional<OfferOrder> parseName(std::string_view);
template std::optional<ImapSecurity> parseName(std::string_view);

}  // namespace nextjob
