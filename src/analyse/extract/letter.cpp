#include "analyse/extract/letter.hpp"

#include "analyse/extract/cell.hpp"
#include "analyse/extract/company_name.hpp"
#include "analyse/extract/labels.hpp"
#include "analyse/extract/prose.hpp"
#include "analyse/extract/salary.hpp"

#include <algorithm>

namespace nextjob::analyse {

std::optional<Offer> readLetter(const Page& page, const mail::Message& message) {
    const Prose prose(page);
    auto [title, company, location, salary] = readLabels(page);
    std::size_t after = 0;
    if (!title || titleScore(page, *title) < 0.2) {
        const auto run = findTitle(prose);
        if (!run) return std::nullopt;
        title = wholeTitle(page, prose.span(run->first, run->last));
        after = run->last;
    }
    Offer offer{.title = page.proven(*title)};
    const auto own = nameOfSender(page, message);
    if (!company) company = findCompany(page, prose, after, own ? std::optional(own->evidence) : std::nullopt);
    if (company) offer.company = page.proven(*company);
    if (!offer.company) offer.company = own;
    if (!location) {
        for (std::size_t i = 0; i < page.hits().size() && !location; ++i) {
            const auto& hit = page.hits()[i];
            const auto span = page.spanOf(hit);
            const bool place = hit.topic == Topic::City || hit.topic == Topic::Country || hit.topic == Topic::Region;
            if (place && !hit.weak && !page.document().fromLine.contains(span) && page.words()[hit.word].capitalised
                && (!company || !company->contains(span)))
                location = span;
        }
    }
    if (location) offer.location = page.proven(*location);
    const Span body{page.document().subjectLine.begin, static_cast<std::uint32_t>(page.text().size())};
    if (salary) offer.salary = findSalary(page, *salary);
    for (const auto& line : page.lines()) {
        if (!offer.salary) offer.salary = findSalary(page, line.span);
        if (offer.salary) break;
    }
    offer.workMode = location ? findWorkMode(page, *location) : std::nullopt;
    if (!offer.workMode) offer.workMode = findWorkMode(page, body);
    offer.employmentType = findEmployment(page, body);
    if (!offer.employmentType) offer.employmentType = findPermanent(page, body);
    offer.seniority = findSeniority(page, *title);
    for (const auto& link : page.links()) {
        if (link.kind != LinkClass::Job) continue;
        offer.applyLink = {link.target, link.text.empty() ? *title : link.text};
        break;
    }
    offer.record = body;
    return offer;
}

}  // namespace nextjob::analyse
