#include "analyse/extract/title.hpp"

#include "analyse/extract/cell.hpp"
#include "analyse/extract/salary.hpp"

#include <algorithm>
#include <ranges>

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

// "Nurse - Toronto - $38 an hour - Apply": the salary is found by itself, it only leaves the title here, and what
// follows it.
void cutSalary(const Page& page, TitleParts& parts) {
    const auto salary = findSalary(page, parts.title);
    if (!salary) return;
    const Span before = trimField(page.text(), {parts.title.begin, salary->evidence.begin});
    if (usable(before) && (hasTitleWord(page, before) || titleScore(page, before) > 0.3)) parts.title = before;
}

// "Acme is hiring a Cook": the company is what stands before.
void cutHiring(const Page& page, TitleParts& parts) {
    for (const auto& hit : page.hits(parts.title)) {
        if (hit.topic != Topic::ConnectorHiring) continue;
        const auto [left, right] = cutAround(page, parts.title, page.spanOf(hit));
        if (!usable(left) || !usable(right) || !hasTitleWord(page, right) || hasTitleWord(page, left)) continue;
        auto title = right;
        const auto words = page.words(right);
        if (words.size() > 1 && !words.front().capitalised && words.front().span.size() <= 5)
            title.begin = words[1].span.begin;
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
        if (usable(cut.left) && usable(cut.right) && beginsUpper(page, cut.right) && !hasTitleWord(page, cut.right))
            found = cut;
    }
    if (const auto at = page.slice(parts.title).find(" @ "); !found && at != std::string_view::npos) {
        const auto mark = parts.title.begin + static_cast<std::uint32_t>(at);
        const auto cut = cutAround(page, parts.title, {mark, mark + 3});
        if (usable(cut.left) && usable(cut.right)) found = cut;
    }
    if (!found) return false;
    if (parts.company && page.slice(*parts.company) != page.slice(found->right)
        && !page.slice(found->right).contains(page.slice(*parts.company)))
        return false;
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
        const bool place = usable(right) && (isPlace(page, right) || classify(page, right).kind == CellKind::WorkMode);
        if (!place) continue;
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

// The marks by which a sender may join a title and a company in one line.
enum class Joint : std::uint8_t { Dash, Field, Colon, Comma };
constexpr Joint joints[] = {Joint::Dash, Joint::Field, Joint::Colon, Joint::Comma};

std::vector<Span> marksOf(const Page& page, Span title, Joint joint) {
    if (joint == Joint::Dash) return dashes(page, title);
    std::vector<Span> marks;
    if (joint == Joint::Field) {
        const auto fields = splitFields(page, title);
        for (std::size_t i = 1; i < fields.size(); ++i) marks.push_back({fields[i - 1].end, fields[i].begin});
        return marks;
    }
    const std::string_view sign = joint == Joint::Colon ? ": " : ", ";
    const auto text = page.slice(title);
    for (auto at = text.find(sign); at != std::string_view::npos; at = text.find(sign, at + 1)) {
        const auto begin = title.begin + static_cast<std::uint32_t>(at);
        marks.push_back({begin, begin + 2});
    }
    return marks;
}

struct TitleAndCompany {
    Span title, company;
};

// "Developer - Acme", "Acme: Developer", "Developer, Acme": the half with a title's words is the title. The last mark
// counts.
std::optional<TitleAndCompany> titleAndCompany(const Page& page, Span title, Joint joint) {
    const auto marks = marksOf(page, title, joint);
    for (const auto mark : std::views::reverse(marks)) {
        const auto [left, right] = cutAround(page, title, mark);
        if (!usable(left) || !usable(right)) continue;
        const bool leftTitle = hasTitleWord(page, left), rightTitle = hasTitleWord(page, right);
        if (leftTitle && !rightTitle && beginsUpper(page, right)) return TitleAndCompany{left, right};
        if (rightTitle && !leftTitle && beginsUpper(page, left)) return TitleAndCompany{right, left};
    }
    return std::nullopt;
}

std::vector<Span> columnsOf(const Page& page, Span title, Joint joint) {
    std::vector<Span> columns;
    auto begin = title.begin;
    for (const auto mark : marksOf(page, title, joint)) {
        columns.push_back(trimField(page.text(), {begin, mark.begin}));
        begin = mark.end;
    }
    columns.push_back(trimField(page.text(), {begin, title.end}));
    return columns;
}

// "Officer - Humberline Ports - Grimsby" in every line: columns, told apart by what most of their cells are.
bool cutColumns(const Page& page, std::span<TitleParts> titles, Joint joint) {
    if (titles.size() < 2) return false;
    std::vector<std::vector<Span>> rows;
    for (const auto& parts : titles) {
        if (parts.company && parts.location) return false;
        rows.push_back(columnsOf(page, parts.title, joint));
        if (rows.back().size() != rows.front().size() || !std::ranges::all_of(rows.back(), usable)) return false;
    }
    const auto width = rows.front().size();
    if (width != 3) return false;
    std::vector<std::size_t> titleCells(width), placeCells(width);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < width; ++i) {
            titleCells[i] += hasTitleWord(page, row[i]);
            placeCells[i] += isPlace(page, row[i]) || classify(page, row[i]).kind == CellKind::WorkMode;
        }
    }
    const auto title = static_cast<std::size_t>(std::ranges::max_element(titleCells) - titleCells.begin());
    const auto place = static_cast<std::size_t>(std::ranges::max_element(placeCells) - placeCells.begin());
    if (title == place || titleCells[title] * 2 < rows.size() || placeCells[place] * 3 < rows.size()) return false;
    const auto company = 3 - title - place;  // the one of 0, 1 and 2 that is left
    for (std::size_t i = 0; i < titles.size(); ++i) {
        titles[i].title = rows[i][title];
        if (!titles[i].company) titles[i].company = rows[i][company];
        if (!titles[i].location) titles[i].location = rows[i][place];
    }
    return true;
}

// "Developer в Acme", "Developer in Acme": a connector of places before what is none, in most titles of the mail.
std::optional<Cut> nameAfterPlaceConnector(const Page& page, Span title) {
    std::optional<Cut> found;
    for (const auto& hit : page.hits(title)) {
        if (hit.topic != Topic::ConnectorLocation) continue;
        const auto cut = cutAround(page, title, page.spanOf(hit));
        if (usable(cut.left) && usable(cut.right) && hasTitleWord(page, cut.left) && !hasTitleWord(page, cut.right)
            && beginsUpper(page, cut.right) && !isPlace(page, cut.right))
            found = cut;
    }
    return found;
}

void cutNamesAfterPlaceConnector(const Page& page, std::span<TitleParts> titles) {
    const auto agreeing = std::ranges::count_if(
        titles, [&](const TitleParts& p) { return nameAfterPlaceConnector(page, p.title).has_value(); });
    if (agreeing < 2 || static_cast<std::size_t>(agreeing) * 3 < titles.size() * 2) return;
    for (auto& parts : titles) {
        if (const auto cut = nameAfterPlaceConnector(page, parts.title)) {
            parts.title = cut->left;
            parts.company = cut->right;
            if (const auto salary = findSalary(page, cut->right); salary && salary->evidence.begin > cut->right.begin)
                parts.company = trimField(page.text(), {cut->right.begin, salary->evidence.begin});
        }
    }
}

}  // namespace

void splitTitles(const Page& page, std::span<TitleParts> titles, bool companyElsewhere) {
    std::size_t withoutCompany = 0, withoutPlace = 0, placed = 0;
    for (auto& parts : titles) {
        if (!parts.company || !parts.location) cutSalary(page, parts);
        cutHiring(page, parts);
        withoutPlace += !parts.location;
    }
    if (!companyElsewhere) cutNamesAfterPlaceConnector(page, titles);
    if (!companyElsewhere && std::ranges::any_of(joints, [&](Joint joint) { return cutColumns(page, titles, joint); }))
        return;
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
    // Only by agreement of most titles, by the mark that most of them have.
    std::size_t agreeing = 0;
    Joint joint{};
    for (const auto candidate : joints) {
        const auto count = std::ranges::count_if(
            titles, [&](const TitleParts& p) { return !p.company && titleAndCompany(page, p.title, candidate); });
        if (static_cast<std::size_t>(count) <= agreeing) continue;
        agreeing = static_cast<std::size_t>(count);
        joint = candidate;
    }
    if (agreeing * 3 < withoutCompany * 2 || withoutCompany * 2 < titles.size()) return;
    for (auto& parts : titles) {
        if (parts.company) continue;
        if (const auto found = titleAndCompany(page, parts.title, joint)) {
            parts.title = found->title;
            parts.company = found->company;
        }
    }
}

}  // namespace nextjob::analyse
