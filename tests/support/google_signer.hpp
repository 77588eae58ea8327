#pragma once

#include "net/http/http_client.hpp"

#include <cjose/cjose.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace nextjob::test {

// A key as Google has them: signs tokens, and tells its public half.
class GoogleSigner {
  public:
    explicit GoogleSigner(std::string id);

    std::string sign(const std::string& claims, const char* algorithm = CJOSE_HDR_ALG_RS256) const;
    std::string publicJson() const;  // a JSON Web Key

  private:
    struct Release {
        void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
    };
    std::unique_ptr<cjose_jwk_t, Release> key_;
};

// Answers requests by a function; each answer comes a little later, as from a network.
class ScriptedHttp final : public net::HttpClient {
  public:
    using Answer = std::function<Result<net::HttpReply>(const net::HttpRequest&)>;

    explicit ScriptedHttp(Answer answer) : answer_(std::move(answer)) {}

    Task<Result<net::HttpReply>> send(net::HttpRequest request) override;

    int requests = 0;

  private:
    Answer answer_;
};

}  // namespace nextjob::test
