#include "analyse/extract/line_cutter.hpp"

#include <algorithm>
#include <iterator>

namespace nextjob::analyse {

namespace {

class LineCutter {
  public:
    explicit LineCutter(const Page& page) : page_(page) {}

    std::vector<Cell> cut(const Line& line, Span span) const {
        std::vector<Cell> cells;
        for (const auto field : splitFields(page_, span)) {
            const auto whole = classify(page_, field);
            if (whole.kind == CellKind::Salary) {
                if (!cutSalary(field, cells)) cells.push_back(whole);
            } else if (whole.kind == CellKind::Terms) {
                if (!cutSlash(field, cells)) cells.push_back(whole);
            } else if (whole.kind != CellKind::Unknown && whole.kind != CellKind::Prose) {
                cells.push_back(whole);
            } else if (!cutSlash(field, cells) && !cutPieces(line, field, cells) && !cutDash(field, cells)
                       && !cutComma(field, cells)) {
                cells.push_back(whole);
            }
        }
        return cells;
    }

  private:
    static bool typed(CellKind kind) {
        return kind == CellKind::Location || kind == CellKind::Salary || kind == CellKind::WorkMode
               || kind == CellKind::Terms || kind == CellKind::Posted || kind == CellKind::Rating
               || kind == CellKind::Badge;
    }

    // "Full-time / Europe only"
    bool cutSlash(Span field, std::vector<Cell>& out) const {
        const auto at = page_.slice(field).find(" / ");
        if (at == std::string_view::npos) return false;
        const auto slash = field.begin + static_cast<std::uint32_t>(at);
        return cutAt(field, {slash, slash + 3}, out);
    }

    // By the elements that the line is made of: <b>Acme</b> <span>3.8 ★</span>.
    bool cutPieces(const Line& line, Span field, std::vector<Cell>& out) const {
        std::vector<Span> parts;
        for (const auto& piece : page_.pieces(line)) {
            const Span part =
                trimField(page_.text(), {std::max(piece.span.begin, field.begin), std::min(piece.span.end, field.end)});
            if (part.begin < part.end) parts.push_back(part);
        }
        if (parts.size() < 2 || parts.size() > 8) return false;
        std::vector<Cell> cells;
        bool any = false;
        for (const auto part : parts) {
            cells.push_back(classify(page_, part));
            any = any || typed(cells.back().kind);
        }
        if (!any) return false;
        // A place over several elements ("Kansas City" - "MO") is one.
        for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
            const Span joined{cells[i].span.begin, cells.back().span.end};
            if ((cells[i].kind == CellKind::Location || (cells[i].kind == CellKind::Unknown && i > 0))
                && isPlace(page_, joined)) {
                cells[i] = classify(page_, joined);
                cells.resize(i + 1);
            }
        }
        std::ranges::copy_if(cells, std::back_inserter(out), [](const Cell& c) { return c.kind != CellKind::Empty; });
        return true;
    }

    bool cutAt(Span field, Span mark, std::vector<Cell>& out) const {
        const Span left = trimField(page_.text(), {field.begin, mark.begin});
        const Span right = trimField(page_.text(), {mark.end, field.end});
        if (left.begin >= left.end || right.begin >= right.end) return false;
        const auto second = classify(page_, right);
        const auto first = classify(page_, left);
        // "CDI - Somewhere": terms before a name that is no title.
        const bool afterTerms = first.kind == CellKind::Terms && second.kind == CellKind::Unknown && !second.titleWords;
        if (!typed(second.kind) && !afterTerms) return false;
        if (first.kind == CellKind::Location && second.kind == CellKind::Location) return false;
        if (first.kind == CellKind::Unknown || first.kind == CellKind::Prose) {
            if (!cutDash(left, out)) out.push_back(first);
        } else {
            out.push_back(first);
        }
        out.push_back(second);
        if (afterTerms && page_.words(right).size() <= 8 && !second.companyWords) out.back().kind = CellKind::Location;
        return true;
    }

    bool cutDash(Span field, std::vector<Cell>& out) const {
        return std::ranges::any_of(dashes(page_, field), [&](Span mark) { return cutAt(field, mark, out); });
    }

    // "$4000-5500, Remote"
    bool cutSalary(Span field, std::vector<Cell>& out) const {
        const auto at = page_.slice(field).rfind(", ");
        if (at == std::string_view::npos) return false;
        const auto comma = field.begin + static_cast<std::uint32_t>(at);
        const auto right = classify(page_, trimField(page_.text(), {comma + 2, field.end}));
        if (right.kind != CellKind::WorkMode && right.kind != CellKind::Location) return false;
        out.push_back(classify(page_, {field.begin, comma}));
        out.push_back(right);
        return true;
    }

    bool cutComma(Span field, std::vector<Cell>& out) const {
        const auto text = page_.slice(field);
        for (auto at = text.find(", "); at != std::string_view::npos; at = text.find(", ", at + 1)) {
            const auto comma = field.begin + static_cast<std::uint32_t>(at);
            if (cutAt(field, {comma, comma + 2}, out)) return true;
        }
        return false;
    }

    const Page& page_;
};

}  // namespace

std::vector<Cell> cutLine(const Page& page, const Line& line, Span span) { return LineCutter(page).cut(line, span); }

}  // namespace nextjob::analyse
