#pragma once

#include "model/error.hpp"
#include "store/postgres/connection.hpp"

namespace nextjob::store::postgres {

// What a refusal of the server means to a caller.
Error describeFailure(const PostgresError& error);

// Whether another transaction was first with what must be there once.
bool isUniqueViolation(const PostgresError& error);
// Whether another transaction has taken what this one refers to, or it was never there.
bool isForeignKeyViolation(const PostgresError& error);

// Whether the same transaction may well succeed when it is tried anew: it was the victim of another one.
bool worthAnotherTry(const PostgresError& error);

}  // namespace nextjob::store::postgres
