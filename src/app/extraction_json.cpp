#include "app/extraction_json.hpp"

#include "model/names.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace nextjob::app {

namespace json = boost::json;

namespace {

std::string day(std::chrono::year_month_day date) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

json::array place(Span span) { return {span.begin, span.end}; }

// An amount as people write it: 45000, not 4.5E4.
json::value amount(double value) {
    const auto whole = static_cast<std::int64_t>(value);
    if (static_cast<double>(whole) == value) return whole;
    return value;
}

// Collects an offer's members and, under the same names, their evidence.
class Members {
  public:
    template <class T, class Write>
    void add(const char* name, const std::optional<Proven<T>>& field, Write write) {
        if (!field) return;
        values_[name] = write(field->value);
        evidence_[name] = place(field->evidence);
    }
    void add(const char* name, const std::optional<Proven<std::string>>& field) {
        add(name, field, [](const std::string& text) { return json::value(text); });
    }
    template <class T>
    void addName(const char* name, const std::optional<Proven<T>>& field) {
        add(name, field, [](T value) { return json::value(nameOf(value)); });
    }
    json::object& values() { return values_; }

    json::object finish() {
        values_["evidence"] = std::move(evidence_);
        return std::move(values_);
    }

  private:
    json::object values_, evidence_;
};

void addSalary(Members& members, const std::optional<Proven<Salary>>& salary) {
    members.add("salary", salary, [](const Salary& value) { return json::value(value.verbatim); });
    if (!salary) return;
    const auto& value = salary->value;
    if (value.minimum) members.values()["salary_min"] = amount(*value.minimum);
    if (value.maximum) members.values()["salary_max"] = amount(*value.maximum);
    if (!value.currency.empty()) members.values()["salary_currency"] = value.currency;
    if (value.period) members.values()["salary_period"] = nameOf(*value.period);
}

json::object offerJson(const Offer& offer) {
    Members members;
    members.add("title", std::optional(offer.title));
    members.add("company", offer.company);
    members.add("location", offer.location);
    members.add("apply_link", offer.applyLink);
    addSalary(members, offer.salary);
    members.add("remote", offer.workMode, [](WorkMode mode) { return json::value(mode == WorkMode::Remote); });
    if (offer.workMode) members.values()["work_mode"] = nameOf(offer.workMode->value);
    members.addName("employment_type", offer.employmentType);
    members.addName("seniority", offer.seniority);
    members.add("posted", offer.posted, [](auto date) { return json::value(day(date)); });
    members.add("description", offer.description);
    if (!offer.skills.empty()) {
        json::array names, places;
        for (const auto& skill : offer.skills) {
            names.emplace_back(skill.value);
            places.push_back(place(skill.evidence));
        }
        members.values()["skills"] = std::move(names);
        members.values()["skill_evidence"] = std::move(places);
    }
    return members.finish();
}

}  // namespace

std::string extractionLine(const MessageSource& source, const mail::Message& message, const Extraction& extraction,
                           bool withText) {
    json::object line;
    line["file"] = source.file;
    if (source.offset) line["offset"] = *source.offset;
    line["kind"] = nameOf(extraction.kind);
    line["announced"] = extraction.announced ? json::value(*extraction.announced) : json::value(nullptr);
    if (!extraction.language.empty()) line["language"] = extraction.language;
    if (!extraction.sender.empty()) line["sender"] = extraction.sender;
    if (extraction.about) {
        Members about;
        about.add("title", extraction.about->title);
        about.add("company", extraction.about->company);
        line["about"] = about.finish();
    }
    json::array offers;
    for (const auto& offer : extraction.offers) offers.push_back(offerJson(offer));
    line["offers"] = std::move(offers);
    if (message.document->truncated) line["truncated"] = true;
    if (!message.defects.empty()) {
        json::array defects;
        for (const auto& defect : message.defects) defects.emplace_back(defect);
        line["defects"] = std::move(defects);
    }
    if (withText) line["text"] = message.document->text;
    return json::serialize(line);
}

}  // namespace nextjob::app
