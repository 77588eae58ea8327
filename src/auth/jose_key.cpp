#include "auth/jose_key.hpp"

#include <cjose/cjose.h>

namespace nextjob::auth {

void JoseKey::Release::operator()(_cjose_jwk_int* key) const { cjose_jwk_release(key); }

}  // namespace nextjob::auth
