#pragma once

#include "analyse/backend.hpp"
#include "store/offers.hpp"
#include "store/store.hpp"

#include <spdlog/fwd.h>

#include <memory>

namespace nextjob::analyse {

class Analyser;

// The store in this process.
class LocalBackend final : public Backend {
  public:
    // Store and analyser outlive it.
    LocalBackend(store::Store& store, const Analyser& analyser, std::shared_ptr<spdlog::logger> log);

    Task<Result<Profile>> profile(UserId user) override;
    Task<Result<void>> keep(std::vector<AnalysedMessage> messages) override;

  private:
    Task<void> rescoreGrown(store::IngestReport report);

    store::Store& store_;
    const Analyser& analyser_;
    const std::shared_ptr<spdlog::logger> log_;
};

}  // namespace nextjob::analyse
