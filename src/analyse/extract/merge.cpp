#include "analyse/extract/merge.hpp"

#include "analyse/extract/words.hpp"

#include <algorithm>

namespace nextjob::analyse {

namespace {

std::string fold(const std::optional<Proven<std::string>>& field) { return field ? foldCase(field->value) : std::string(); }

bool sameJob(const FoundOffer& a, const FoundOffer& b) {
    if (!a.key.empty() && a.key == b.key) return true;
    if (foldCase(a.offer.title.value) != foldCase(b.offer.title.value)) return false;
    // Two openings with one title have links of their own.
    if (a.jobLink && b.jobLink && a.key != b.key) return false;
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

}  // namespace

void mergeOffers(std::vector<FoundOffer>& found, std::vector<FoundOffer> more) {
    for (auto& candidate : more) {
        const auto known = std::ranges::find_if(found, [&](const FoundOffer& f) { return sameJob(f, candidate); });
        if (known == found.end()) {
            found.push_back(std::move(candidate));
            continue;
        }
        // Of two titles for one link the surer one stays.
        if (candidate.confidence > known->confidence + 0.2 && !known->offer.company) {
            std::swap(known->offer, candidate.offer);
            std::swap(known->confidence, candidate.confidence);
        }
        completeOffer(known->offer, candidate.offer);
        known->jobLink = known->jobLink || candidate.jobLink;
    }
}

void dropStrays(std::vector<FoundOffer>& found) {
    const auto linked = std::ranges::count_if(found, [](const FoundOffer& f) { return f.jobLink; });
    const bool mostLinked = found.size() >= 2 && static_cast<std::size_t>(linked) * 10 >= found.size() * 6;
    std::erase_if(found, [&](const FoundOffer& f) {
        const bool bare = !f.offer.company && !f.offer.location && !f.jobLink;
        return bare || (mostLinked && !f.offer.applyLink);
    });
}

}  // namespace nextjob::analyse
