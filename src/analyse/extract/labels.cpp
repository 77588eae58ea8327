#include "analyse/extract/labels.hpp"

#include "analyse/extract/cell.hpp"

namespace nextjob::analyse {

LabelledFields readLabels(const Page& page) {
    LabelledFields fields;
    for (const auto& line : page.lines()) {
        if (line.separator || line.urlOnly || line.span.empty() || !mayBeLabelled(page, line.span)) continue;
        const auto cell = classify(page, line.span);
        if (cell.kind != CellKind::Labelled || cell.value.begin >= cell.value.end
            || characters(page.slice(cell.value)) > 120)
            continue;
        auto* field = cell.label == LabelField::Title      ? &fields.title
                      : cell.label == LabelField::Company  ? &fields.company
                      : cell.label == LabelField::Location ? &fields.location
                      : cell.label == LabelField::Salary   ? &fields.salary
                                                           : nullptr;
        if (field != nullptr && !*field) *field = cell.value;
    }
    return fields;
}

}  // namespace nextjob::analyse
