#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nextjob {

// Which part of a list to read. A cursor, when given, wins over the offset.
struct PageRequest {
    int limit = 50;           // 1 to 1000; the store clamps
    std::int64_t offset = 0;  // cheap near the beginning; use the cursor to walk a long list
    std::string cursor;       // `next` or `previous` of an earlier page, "" for none
};

// A part of a list. `next` and `previous` are cursors, "" at the list's ends; rows that come and go meanwhile
// neither repeat nor hide the others.
template <class T>
struct Page {
    std::vector<T> items;
    std::int64_t count = 0;  // of the whole list under its filter
    std::string next, previous;
};

}  // namespace nextjob
