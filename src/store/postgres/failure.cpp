#include "store/postgres/failure.hpp"

#include <fmt/format.h>

namespace nextjob::store::postgres {

bool isUniqueViolation(const PostgresError& error) { return error.sqlState() == "23505"; }
bool isForeignKeyViolation(const PostgresError& error) { return error.sqlState() == "23503"; }

bool worthAnotherTry(const PostgresError& error) {
    // Not serialisable, a deadlock, or another one has brought what must be there once, or taken what must be there,
    // and that is seen now.
    return error.sqlState() == "40001" || error.sqlState() == "40P01" || isUniqueViolation(error)
           || isForeignKeyViolation(error);
}

Error describeFailure(const PostgresError& error) {
    const std::string_view state = error.sqlState();
    if (error.connectionLost())
        return {ErrorCode::Unavailable, fmt::format("The database server did not answer: {}.", error.what())};
    if (state == "57014")
        return {ErrorCode::Unavailable, "The database took too long and the statement was stopped. Try again later."};
    if (state == "53100")
        return {ErrorCode::Unavailable,
                "The disk of the database server is full. Make room there and try again; "
                "nothing was half-written."};
    if (state == "25006")
        return {ErrorCode::Unavailable, "The database server takes no changes: it is a standby, or set to read only."};
    if (state == "0A000" || state == "42501") {
        return {ErrorCode::Internal, fmt::format("The database server refuses what nextjob asks of it: {}. Check its "
                                                 "version (15 or later) and the rights of the role.",
                                                 error.what())};
    }
    if (state.starts_with("53") || state.starts_with("57") || state.starts_with("58") || state.starts_with("08")
        || state.starts_with("55") || state.starts_with("40")) {
        return {ErrorCode::Unavailable, fmt::format("The database server can't do it now: {}.", error.what())};
    }
    if (state.starts_with("23"))
        return {ErrorCode::Conflict, fmt::format("The database refuses this value: {}.", error.what())};
    return {ErrorCode::Internal, fmt::format("The database failed: {} ({}).", error.what(), state)};
}

}  // namespace nextjob::store::postgres
