#pragma once

#include "mail/message.hpp"
#include "model/offer.hpp"

#include <memory>

namespace nextjob::analyse {

// Finds what a mail says to a job seeker: its kind and every offer in it, each field with its evidence.
// Reads its sender profiles and languages from embedded data once; safe to share between threads after that.
class Extractor {
  public:
    Extractor();
    ~Extractor();
    Extractor(const Extractor&) = delete;
    Extractor& operator=(const Extractor&) = delete;

    Extraction extract(const mail::Message& message) const;

  private:
    struct Knowledge;
    std::unique_ptr<const Knowledge> knowledge_;
};

}  // namespace nextjob::analyse
