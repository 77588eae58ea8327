#include "analyse/extract/structured.hpp"

#include "analyse/extract/words.hpp"
#include "analyse/identity/links.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace nextjob::analyse {

namespace {

using Item = mail::StructuredItem;

const mail::StructuredField* field(const Item& item, std::initializer_list<std::string_view> paths) {
    for (const auto path : paths) {
        const auto found = std::ranges::find(item.fields, path, &mail::StructuredField::path);
        if (found != item.fields.end() && !found->value.empty()) return &*found;
    }
    return nullptr;
}

class PostingReader {
  public:
    PostingReader(const mail::Document& document, const Item& item) : document_(document), item_(item) {}

    std::optional<Offer> read() const {
        const auto title = text({"title", "name"});
        if (!title) return std::nullopt;
        Offer offer{.title = *title};
        offer.record = title->evidence;
        for (const auto& f : item_.fields) offer.record.end = std::max(offer.record.end, f.value.end);
        offer.company = text({"hiringOrganization.name", "hiringOrganization"});
        offer.location =
            text({"jobLocation.address.addressLocality", "jobLocation.address.addressRegion",
                  "jobLocation.address.addressCountry", "jobLocation.address.addressCountry.name",
                  "jobLocation.address", "jobLocation.name", "jobLocation", "applicantLocationRequirements.name"});
        if (auto link = text({"url", "directApply.url", "sameAs", "@id"}); link && link->value.starts_with("http")) {
            link->value = unwrap(link->value);
            offer.applyLink = std::move(link);
        }
        if (const auto* type = field(item_, {"jobLocationType"});
            type != nullptr && foldCase(document_.slice(type->value)) == "telecommute") {
            offer.workMode = {WorkMode::Remote, type->value};
        }
        offer.employmentType = employment();
        offer.salary = salary();
        offer.posted = posted();
        if (auto description = text({"description"}); description && characters(description->value) <= 5000)
            offer.description = std::move(description);
        return offer;
    }

  private:
    std::optional<Proven<std::string>> text(std::initializer_list<std::string_view> paths) const {
        const auto* found = field(item_, paths);
        if (found == nullptr) return std::nullopt;
        return Proven<std::string>{std::string(document_.slice(found->value)), found->value};
    }

    std::optional<double> number(std::initializer_list<std::string_view> paths) const {
        const auto* found = field(item_, paths);
        if (found == nullptr) return std::nullopt;
        const auto words = document_.slice(found->value);
        double value = 0;
        const auto [end, error] = std::from_chars(words.begin(), words.end(), value);
        return error == std::errc{} && value > 0 ? std::optional(value) : std::nullopt;
    }

    std::optional<Proven<EmploymentType>> employment() const {
        static constexpr std::pair<std::string_view, EmploymentType> types[] = {
            {"FULL_TIME", EmploymentType::FullTime},  {"PART_TIME", EmploymentType::PartTime},
            {"CONTRACTOR", EmploymentType::Contract}, {"TEMPORARY", EmploymentType::Temporary},
            {"INTERN", EmploymentType::Internship},   {"VOLUNTEER", EmploymentType::Volunteer},
        };
        const auto* found = field(item_, {"employmentType", "employmentType.0"});
        if (found == nullptr) return std::nullopt;
        for (const auto& [name, type] : types) {
            if (document_.slice(found->value) == name) return Proven<EmploymentType>{type, found->value};
        }
        return std::nullopt;
    }

    std::optional<Proven<Salary>> salary() const {
        const auto* low = field(
            item_, {"baseSalary.value.minValue", "baseSalary.minValue", "baseSalary.value.value", "baseSalary.value"});
        if (low == nullptr) return std::nullopt;
        Salary salary;
        salary.minimum =
            number({"baseSalary.value.minValue", "baseSalary.minValue", "baseSalary.value.value", "baseSalary.value"});
        salary.maximum =
            number({"baseSalary.value.maxValue", "baseSalary.maxValue", "baseSalary.value.value", "baseSalary.value"});
        if (!salary.minimum && !salary.maximum) return std::nullopt;
        if (const auto currency = text({"baseSalary.currency", "salaryCurrency"})) salary.currency = currency->value;
        if (const auto unit = text({"baseSalary.value.unitText", "baseSalary.unitText"})) {
            static constexpr std::pair<std::string_view, SalaryPeriod> units[] = {{"HOUR", SalaryPeriod::Hour},
                                                                                  {"DAY", SalaryPeriod::Day},
                                                                                  {"WEEK", SalaryPeriod::Week},
                                                                                  {"MONTH", SalaryPeriod::Month},
                                                                                  {"YEAR", SalaryPeriod::Year}};
            for (const auto& [name, period] : units) {
                if (unit->value == name) salary.period = period;
            }
        }
        salary.verbatim = std::string(document_.slice(low->value));
        return Proven<Salary>{std::move(salary), low->value};
    }

    std::optional<Proven<std::chrono::year_month_day>> posted() const {
        const auto* found = field(item_, {"datePosted"});
        if (found == nullptr) return std::nullopt;
        const auto words = document_.slice(found->value);
        if (words.size() < 10 || words[4] != '-' || words[7] != '-') return std::nullopt;
        const auto part = [&](std::size_t begin, std::size_t size) {
            unsigned value = 0;
            const auto digits = words.substr(begin, size);
            std::from_chars(digits.begin(), digits.end(), value);
            return value;
        };
        const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(part(0, 4))),
                                               std::chrono::month(part(5, 2)), std::chrono::day(part(8, 2))};
        if (!date.ok()) return std::nullopt;
        return Proven<std::chrono::year_month_day>{date, found->value};
    }

    const mail::Document& document_;
    const Item& item_;
};

}  // namespace

std::vector<Offer> readJobPostings(const mail::Document& document) {
    std::vector<Offer> offers;
    for (const auto& item : document.items) {
        if (item.type != "JobPosting") continue;
        if (auto offer = PostingReader(document, item).read()) offers.push_back(std::move(*offer));
    }
    return offers;
}

}  // namespace nextjob::analyse
