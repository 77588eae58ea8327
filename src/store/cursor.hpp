#pragma once

#include "model/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nextjob::store {

// A place in an ordered list: beside the row with this key and id. Clients carry it as an opaque text; it
// only moves within what they may read, so it needs no signature.
struct Cursor {
    std::string list;  // which list in which order it belongs to
    bool backward = false;
    std::string key;  // what the list is ordered by
    std::int64_t id = 0;
};

std::string encodeCursor(const Cursor& cursor);

// Invalid when the text is no cursor, or one of another list or order.
Result<Cursor> decodeCursor(std::string_view text, std::string_view list);

}  // namespace nextjob::store
