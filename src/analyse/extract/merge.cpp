#include "analyse/extract/merge.hpp"

#include "analyse/extract/words.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace nextjob::analyse {

namespace {

std::string fold(const std::optional<Proven<std::string>>& field) {
    return field ? foldCase(field->value) : std::string();
}

bool sameJob(const FoundOffer& a, const FoundOffer& b) {
    if (!a.key.empty() && a.key == b.key) return true;
    if (a.folded != b.folded) return false;
    // Two openings with one title have links of their own.
    if (a.jobLink && b.jobLink && !a.key.empty() && !b.key.empty() && a.key != b.key) return false;
    const auto company = fold(a.offer.company), other = fold(b.offer.company);
    if (!company.empty() && !other.empty() && company != other) return false;
    const auto place = fold(a.offer.location), second = fold(b.offer.location);
    return place.empty() || second.empty() || place == second || place.starts_with(second) || second.starts_with(place);
}

template <class T>
void complete(std::optional<T>& into, std::optional<T>& from) {
    if (!into) into = std::move(from);
}

void completeOffer(Offer& into, Offer& from) {
    complete(into.company, from.company);
    complete(into.location, from.location);
    complete(into.applyLink, from.applyLink);
    complete(into.salary, from.salary);
    complete(into.workMode, from.workMode);
    complete(into.employmentType, from.employmentType);
    complete(into.seniority, from.seniority);
    complete(into.posted, from.posted);
    complete(into.description, from.description);
}

// A link that stands under many titles is the mail's own and tells no offer.
void forgetSharedKeys(std::vector<FoundOffer>& offers) {
    std::map<std::string, std::set<std::string>> titles;
    for (const auto& f : offers) {
        if (!f.key.empty()) titles[f.key].insert(foldCase(f.offer.title.value));
    }
    for (auto& f : offers) {
        const auto shared = f.key.empty() ? 0 : titles[f.key].size();
        if (shared > 2 || (shared == 2 && offers.size() == 2)) f.key.clear();
    }
}

}  // namespace

void mergeOffers(std::vector<FoundOffer>& found, std::vector<FoundOffer> more) {
    forgetSharedKeys(more);
    for (auto& f : found) f.folded = foldCase(f.offer.title.value);
    for (auto& candidate : more) {
        candidate.folded = foldCase(candidate.offer.title.value);
        const auto known = std::ranges::find_if(found, [&](const FoundOffer& f) { return sameJob(f, candidate); });
        if (known == found.end()) {
            found.push_back(std::move(candidate));
            continue;
        }
        // Of two titles for one link the surer one stays.
        if (candidate.confidence > known->confidence + 0.2 && !known->offer.company) {
            std::swap(known->offer, candidate.offer);
            std::swap(known->confidence, candidate.confidence);
            std::swap(known->folded, candidate.folded);
        }
        completeOffer(known->offer, candidate.offer);
        known->jobLink = known->jobLink || candidate.jobLink;
    }
}

void dropStrays(std::vector<FoundOffer>& found) {
    const bool linked = std::ranges::any_of(found, [](const FoundOffer& f) { return f.jobLink || f.opaqueLink; });
    const auto jobs = std::ranges::count_if(found, [](const FoundOffer& f) { return f.jobLink; });
    const bool mostJobs = found.size() > 2 && static_cast<std::size_t>(jobs) * 10 >= found.size() * 6;
    const auto placed = [](const FoundOffer& f) { return f.offer.company.has_value() || f.offer.location.has_value(); };
    const bool mostPlaced =
        found.size() > 2 && static_cast<std::size_t>(std::ranges::count_if(found, placed)) * 10 >= found.size() * 6;
    std::erase_if(found, [&](const FoundOffer& f) {
        if (mostPlaced && !placed(f) && !f.jobLink) return true;
        if (mostJobs && !f.jobLink && !f.offer.location) return true;
        const bool bare = !f.offer.company && !f.offer.location && !f.jobLink;
        return bare || (linked && !f.offer.applyLink);
    });
}

}  // namespace nextjob::analyse
