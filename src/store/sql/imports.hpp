#pragma once

#include <string_view>

namespace nextjob::store::sql {

// In the order that reading an Import expects.
inline constexpr std::string_view importColumns =
    "id, id, user_id, file_name, spool_path, state, error, bytes, bytes_read, seen, fresh, done, skipped, "
    "dead, "
    "offers_new, offers_updated, created_at, updated_at, finished_at";

inline constexpr std::string_view insertImport = R"(
    insert into imports (user_id, file_name, spool_path, state, bytes, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $6) returning id)";

inline constexpr std::string_view importReceived = R"(
    update imports set state = 'reading', bytes = $2, updated_at = $3 where id = $1 and state = 'receiving')";

// By the index of those that are not finished, of which there are few.
inline constexpr std::string_view unreadBytes = R"(
    select cast(coalesce(sum(bytes) filter (where state <> 'analysing'), 0) as bigint) from imports
    where user_id = $1 and state in ('receiving', 'reading', 'analysing'))";

inline constexpr std::string_view setImportProgress =
    "update imports set bytes_read = $2, seen = $3, updated_at = $4 where id = $1";

inline constexpr std::string_view finishReading = R"(
    update imports set bytes_read = $2, seen = $3, state = 'analysing', updated_at = $4
    where id = $1 and state in ('reading', 'receiving'))";

inline constexpr std::string_view failImport = R"(
    update imports set state = 'failed', error = $2, updated_at = $3, finished_at = $3
    where id = $1 and state <> 'done')";

inline constexpr std::string_view addToImport = R"(
    update imports set fresh = fresh + $2, done = done + $3, skipped = skipped + $4, dead = dead + $5,
                       offers_new = offers_new + $6, offers_updated = offers_updated + $7, updated_at = $8
    where id = $1)";

// The last message ends an import whose file has been read.
inline constexpr std::string_view endImportWhenNothingWaits = R"(
    update imports set state = 'done', updated_at = $2, finished_at = $2
    where id = $1 and state = 'analysing' and fresh = done + skipped + dead)";

// A dead letter that gets another try.
inline constexpr std::string_view reopenImport = R"(
    update imports set state = 'analysing', finished_at = null where id = $1 and state = 'done')";

}  // namespace nextjob::store::sql
