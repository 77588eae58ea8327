#pragma once

#include <memory>
#include <string>

struct _cjose_jwk_int;

namespace nextjob::auth {

// A key as cjose holds it, and the id by which a token's header names it.
struct JoseKey {
    struct Release {
        void operator()(_cjose_jwk_int* key) const;
    };

    std::string id;
    std::unique_ptr<_cjose_jwk_int, Release> key;
};

}  // namespace nextjob::auth
