#include "analyse/extract/title.hpp"

#include "analyse/extract/cell.hpp"
#include "analyse/extract/salary.hpp"

#include <algorithm>

namespace nextjob::analyse {

namespace {

struct Cut {
    Span left, right;
};

Cut cutAround(const Page& page, Span whole, Span mark) {
    return {trimField(page.text(), {whole.begin, mark.begin}), trimField(page.text(), {mark.end, whole.end})};
}

bool usable(Span span) { return span.begin < span.end; }

bool hasTitleWord(const Page& page, Span span) {
    return std::ranges::any_of(page.hits(span), [](const Hit& h) { return h.topic == Topic::TitleWord; });
}

bool beginsUpper(const Page& page, Span span) {
    const auto words = page.words(span);
    return !words.empty() && (words.front().capitalised || words.front().number);
}

// "Nurse - Toronto - $38 an hour": the salary is found by itself, it only leaves the title here. In a mail that is one
// line, what stands before the first title's sentence goes, too.
void cutSalary(const Page& page, TitleParts& parts) {
    if (const auto salary = findSalary(page, parts.title)) {
        const Span before = trimField(page.text(), {parts.title.begin, salary->evidence.begin});
        if (usable(before) && titleScore(page, before) > 0.3) parts.title = before;
    }
    const auto sentence = page.slice(parts.title).rfind(". ");
    if (sentence == std::string_view::npos || characters(page.slice(parts.title)) < 60) return;
    const Span after = trimField(page.text(), {parts.title.begin + static_cast<std::uint32_t>(sentence) + 2, parts.title.end});
    if (usable(after) && hasTitleWord(page, after)) parts.title = after;
}

// "Acme is hiring a Cook": the company is what stands before.
void cutHiring(const Page& page, TitleParts& parts) {
    for (const auto& hit : page.hits(parts.title)) {
        if (hit.topic != Topic::ConnectorHiring) continue;
        const auto [left, right] = cutAround(page, parts.title, page.spanOf(hit));
        if (!usable(left) || !usable(right) || !hasTitleWord(page, right) || hasTitleWord(page, left)) continue;
        auto title = right;
        const auto words = page.words(right);
        if (words.size() > 1 && !words.front().capitalised && words.front().span.size() <= 5) title.begin = words[1].span.begin;
        if (!parts.company) parts.company = left;
        parts.title = title;
        return;
    }
}

// "Developer at Acme", "Developer @ Acme": the last connector that is followed by a name.
bool cutCompany(const Page& page, TitleParts& parts) {
    std::optional<Cut> found;
    for (const auto& hit : page.hits(parts.title)) {
        if (hit.topic != Topic::ConnectorCompany) continue;
        const auto cut = cutAround(page, parts.title, page.spanOf(hit));
        if (usable(cut.left) && usable(cut.right) && beginsUpper(page, cut.right) && !hasTitleWord(page, cut.right)) found = cut;
    }
    if (const auto at = page.slice(parts.title).find(" @ "); !found && at != std::string_view::npos) {
        const auto mark = parts.title.begin + static_cast<std::uint32_t>(at);
        const auto cut = cutAround(page, parts.title, {mark, mark + 3});
        if (usable(cut.left) && usable(cut.right)) found = cut;
    }
    if (!found) return false;
    if (parts.company && page.slice(*parts.company) != page.slice(found->right) && !page.slice(found->right).contains(page.slice(*parts.company))) return false;
    parts.title = found->left;
    auto company = found->right;
    // "at Acme in Berlin", "at Acme, Berlin", "at Acme (Remote)", "at Acme - Berlin"
    for (const auto& hit : page.hits(company)) {
        if (hit.topic != Topic::ConnectorLocation) continue;
        const auto [left, right] = cutAround(page, company, page.spanOf(hit));
        if (!usable(left) || !usable(right) || (!isPlace(page, right) && !findWorkMode(page, right))) continue;
        if (!parts.location) parts.location = right;
        company = left;
        break;
    }
    const auto text = page.slice(company);
    for (const std::string_view mark : {", ", " - ", " – ", " — ", " | ", " · ", " ("}) {
        const auto at = text.find(mark);
        if (at == std::string_view::npos) continue;
        const auto begin = company.begin + static_cast<std::uint32_t>(at);
        auto right = trimField(page.text(), {begin + static_cast<std::uint32_t>(mark.size()), company.end});
        if (mark == " (" && page.slice(right).ends_with(')')) --right.end;
        if (!usable(right) || !(isPlace(page, right) || classify(page, right).kind == CellKind::WorkMode)) continue;
        if (!parts.location) parts.location = right;
        company = trimField(page.text(), {company.begin, begin});
        break;
    }
    if (!parts.company) parts.company = company;
    return true;
}

// "Nurse - Toronto, ON, CA", "Nurse in Toronto", "Nurse, Toronto": what is cut off must be a place.
bool cutPlace(const Page& page, TitleParts& parts, bool commas) {
    const auto take = [&](Span mark) {
        const auto [left, right] = cutAround(page, parts.title, mark);
        if (!usable(left) || !usable(right) || !isPlace(page, right) || !hasTitleWord(page, left)) return false;
        if (!parts.location) parts.location = right;
        parts.title = left;
        return true;
    };
    for (const auto mark : dashes(page, parts.title)) {
        if (take(mark)) return true;
    }
    const auto fields = splitFields(page, parts.title);
    if (fields.size() > 1 && take({fields[fields.size() - 2].end, fields.back().begin})) return true;
    for (const auto& hit : page.hits(parts.title)) {
        if (hit.topic == Topic::ConnectorLocation && take(page.spanOf(hit))) return true;
    }
    if (!commas) return false;
    const auto text = page.slice(parts.title);
    for (auto at = text.find(", "); at != std::string_view::npos; at = text.find(", ", at + 1)) {
        const auto begin = parts.title.begin + static_cast<std::uint32_t>(at);
        if (take({begin, begin + 2})) return true;
    }
    return false;
}

// "Developer - Acme", "Acme: Developer", "Developer, Acme": only by agreement of most titles.
std::optional<std::pair<Span, Span>> titleAndCompany(const Page& page, Span title) {
    const auto judge = [&](Span mark) -> std::optional<std::pair<Span, Span>> {
        const auto [left, right] = cutAround(page, title, mark);
        if (!usable(left) || !usable(right)) return std::nullopt;
        const bool leftTitle = hasTitleWord(page, left), rightTitle = hasTitleWord(page, right);
        if (leftTitle && !rightTitle) return std::pair{left, right};
        if (rightTitle && !leftTitle) return std::pair{right, left};
        return std::nullopt;
    };
    auto marks = dashes(page, title);
    std::ranges::reverse(marks);
    for (const auto mark : marks) {
        if (const auto found = judge(mark)) return found;
    }
    const auto fields = splitFields(page, title);
    for (std::size_t i = 1; i < fields.size(); ++i) {
        if (const auto found = judge({fields[i - 1].end, fields[i].begin})) return found;
    }
    const auto text = page.slice(title);
    for (const std::string_view sign : {": ", ", "}) {
        if (const auto at = text.rfind(sign); at != std::string_view::npos) {
            const auto begin = title.begin + static_cast<std::uint32_t>(at);
            if (const auto found = judge({begin, begin + 2})) return found;
        }
    }
    return std::nullopt;
}

}  // namespace

void splitTitles(const Page& page, std::span<TitleParts> titles, bool companyElsewhere) {
    std::size_t withoutCompany = 0, withoutPlace = 0, placed = 0;
    for (auto& parts : titles) {
        cutSalary(page, parts);
        cutHiring(page, parts);
        withoutPlace += !parts.location;
    }
    for (const auto& parts : titles) {
        auto trial = parts;
        if (!trial.location) placed += cutPlace(page, trial, true);
    }
    // Commas and dashes occur in titles: they cut where that is how this mail states places.
    const bool agreed = placed * 2 > withoutPlace;
    for (auto& parts : titles) {
        cutCompany(page, parts);
        if (!parts.location && agreed) cutPlace(page, parts, true);
        withoutCompany += !parts.company;
    }
    if (withoutCompany == 0 || companyElsewhere) return;
    std::size_t splittable = 0;
    for (const auto& parts : titles) splittable += !parts.company && titleAndCompany(page, parts.title);
    if (splittable * 3 < withoutCompany * 2 || withoutCompany * 2 < titles.size()) return;
    for (auto& parts : titles) {
        if (parts.company) continue;
        if (const auto found = titleAndCompany(page, parts.title)) {
            parts.title = found->first;
            parts.company = found->second;
        }
    }
}

}  // namespace nextjob::analyse
