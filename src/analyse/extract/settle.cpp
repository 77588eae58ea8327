#include "analyse/extract/settle.hpp"

#include "analyse/extract/line_cutter.hpp"

#include <algorithm>
#include <string_view>

namespace nextjob::analyse {

namespace {

// "Acme 3.9": what readers gave the firm. A whole number may be part of a name unless others of the mail are rated.
void cutRatings(const Page& page, std::span<Draft> drafts) {
    const auto rating = [&](const Draft& draft) -> std::optional<Span> {
        if (!draft.company) return std::nullopt;
        const auto words = page.words(*draft.company);
        if (words.size() < 2 || !words.back().number || words.back().span.end != draft.company->end)
            return std::nullopt;
        const auto text = page.slice(words.back().span);
        const bool one = text.size() == 1 && text[0] >= '1' && text[0] <= '5';
        const bool decimal = text.size() == 3 && text[0] >= '0' && text[0] <= '5' && (text[1] == '.' || text[1] == ',');
        return one || decimal ? std::optional(words.back().span) : std::nullopt;
    };
    const bool rated = std::ranges::any_of(drafts, [&](const Draft& d) {
        const auto found = rating(d);
        return found && found->size() == 3;
    });
    if (!rated) return;
    for (auto& draft : drafts) {
        if (const auto found = rating(draft))
            draft.company = trimField(page.text(), {draft.company->begin, found->begin});
    }
}

// Offers listed under the names of towns: a line between records that is a place is that of those below it.
void placeByHeading(const Page& page, std::span<Draft> drafts) {
    if (drafts.size() < 2) return;
    const auto lines = page.lines();
    std::optional<Span> heading;
    std::uint32_t at = drafts.front().record->titleLine;
    at = at > 6 ? at - 6 : 0;
    for (auto& draft : drafts) {
        for (; at < draft.record->titleLine; ++at) {
            if (lines[at].plain != lines[draft.record->titleLine].plain || lines[at].link != noIndex) continue;
            // A heading stands alone: in a paragraph of its own, or set off by its looks.
            const bool alone = lines[at].plain
                                   ? (at == 0 || lines[at - 1].block != lines[at].block)
                                         && (at + 1 == lines.size() || lines[at + 1].block != lines[at].block)
                                   : lines[at].emphasis > 0;
            if (alone && classify(page, lines[at].span).kind == CellKind::Location) heading = lines[at].span;
        }
        at = std::max(at, draft.record->last);
        if (!draft.location && heading) draft.location = heading;
    }
}

// Offers listed under their firms: a linked or emphasised name between records is that of those below it.
void companyByHeading(const Page& page, std::span<Draft> drafts) {
    if (drafts.size() < 2) return;
    const auto lines = page.lines();
    std::optional<Span> heading;
    auto at = drafts.front().record->titleLine > 6 ? drafts.front().record->titleLine - 6 : 0;
    for (auto& draft : drafts) {
        for (; at < draft.record->titleLine; ++at) {
            const auto* link = page.linkOf(lines[at]);
            if (link == nullptr || link->kind != LinkClass::Company || lines[at].span.empty()) continue;
            const auto cells = cutLine(page, lines[at], lines[at].span);
            if (!cells.empty() && cells.front().kind == CellKind::Unknown) heading = cells.front().span;
        }
        at = std::max(at, draft.record->titleLine + 1);
        if (!draft.company && heading) draft.company = heading;
    }
}

// "Acme, Somewhere" where most records have it so: one side is a town that the lexicon need not know.
void splitCompanies(const Page& page, std::span<Draft> drafts) {
    struct Halves {
        Span left, right;
    };
    const auto halves = [&](const Draft& draft) -> std::optional<Halves> {
        if (!draft.company || draft.location) return std::nullopt;
        for (const std::string_view mark : {", ", " - ", " – "}) {
            const auto at = page.slice(*draft.company).rfind(mark);
            if (at == std::string_view::npos) continue;
            const auto begin = draft.company->begin + static_cast<std::uint32_t>(at);
            return Halves{
                trimField(page.text(), {draft.company->begin, begin}),
                trimField(page.text(), {begin + static_cast<std::uint32_t>(mark.size()), draft.company->end})};
        }
        return std::nullopt;
    };
    std::size_t open = 0, split = 0, leftPlace = 0, rightPlace = 0, joined = 0, whole = 0;
    for (const auto& draft : drafts) {
        if (draft.company && draft.location) {
            // Where others have both in one line, a mark between them, the one that could not be told apart has, too.
            const auto gap =
                trimField(page.text(), {draft.company->end, std::max(draft.company->end, draft.location->begin)});
            const bool oneLine =
                draft.company->end < draft.location->begin && draft.location->begin - draft.company->end <= 5
                && !page.slice({draft.company->end, draft.location->begin}).contains('\n') && gap.empty();
            ++(oneLine ? joined : whole);
        }
        open += draft.company && !draft.location;
        const auto parts = halves(draft);
        if (!parts) continue;
        const auto left = classify(page, parts->left), right = classify(page, parts->right);
        if (right.companyWords && characters(page.slice(parts->right)) <= 8) continue;  // "Acme, Inc"
        ++split;
        leftPlace += left.kind == CellKind::Location || right.companyWords;
        rightPlace += right.kind == CellKind::Location || left.companyWords;
    }
    const bool agreed = split >= 2 && split * 4 >= open * 3;
    if (!agreed && (joined <= whole || split == 0)) return;
    for (auto& draft : drafts) {
        const auto parts = halves(draft);
        if (!parts || parts->left.empty() || parts->right.empty()) continue;
        draft.company = leftPlace > rightPlace ? parts->right : parts->left;
        draft.location = leftPlace > rightPlace ? parts->left : parts->right;
    }
}

}  // namespace

void settleTogether(const Page& page, std::span<Draft> drafts) {
    cutRatings(page, drafts);
    splitCompanies(page, drafts);
    placeByHeading(page, drafts);
    companyByHeading(page, drafts);
}

}  // namespace nextjob::analyse
