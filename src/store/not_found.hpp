#pragma once

#include "model/error.hpp"

namespace nextjob::store {

inline std::unexpected<Error> noSuchUser() { return failure(ErrorCode::NotFound, "There is no such user."); }
inline std::unexpected<Error> noSuchOffer() { return failure(ErrorCode::NotFound, "There is no such offer."); }
inline std::unexpected<Error> noSuchImport() { return failure(ErrorCode::NotFound, "There is no such import."); }

}  // namespace nextjob::store
