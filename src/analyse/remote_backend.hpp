#pragma once

#include "analyse/backend.hpp"
#include "net/backend/backend_client.hpp"

#include <string>

namespace nextjob::analyse {

// The backend elsewhere, over /service/profiles and /service/messages/analysed.
class RemoteBackend final : public Backend {
  public:
    // The client outlives it.
    explicit RemoteBackend(net::BackendClient& backend) : backend_(backend) {}

    Task<Result<Profile>> profile(UserId user) override;
    Task<Result<void>> keep(std::vector<AnalysedMessage> messages) override;

  private:
    Task<Result<void>> send(std::vector<std::string> messages);

    net::BackendClient& backend_;
};

}  // namespace nextjob::analyse
