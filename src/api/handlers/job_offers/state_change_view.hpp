#pragma once

#include "model/names.hpp"
#include "model/stored_offer.hpp"
#include "text/timestamp.hpp"
#include "wire/write.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// A step in an offer's history. Views into the step, which outlives it.
struct StateChangeView {
    std::string changedAt;
    std::string_view from;
    std::string_view to;
    std::optional<std::string_view> note;
};
BOOST_DESCRIBE_STRUCT(StateChangeView, (), (changedAt, from, to, note))

inline StateChangeView view(const StateChange& change) {
    return {.changedAt = text::timestamp(change.at),
            .from = nameOf(change.from),
            .to = nameOf(change.to),
            .note = change.note.empty() ? std::nullopt : std::optional<std::string_view>(change.note)};
}

}  // namespace nextjob::api
