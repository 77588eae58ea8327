#pragma once

#include "model/span.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace nextjob::analyse {

// What a link of a mail leads to, judged by its words alone.
enum class LinkClass : std::uint8_t {
    Job,      // one offer
    Opaque,   // a click tracker: could be anything
    Company,  // an employer's page
    Other,    // lists, settings, help, shops: no offer
};

struct Link {
    std::string href;    // as the mail has it
    std::string target;  // out of openly spelled wrappers; the href itself when there is none
    Span text;           // the words that carry it; in plain text the URL itself
    std::uint32_t node = 0;
    LinkClass kind = LinkClass::Opaque;
};

struct SenderProfile;

// An offer's link without what only follows its reader (utm_…, trackingId, …); for a sender whose paths name the offer
// ("/vacancy/100000001?vss=1&grpos=1") without all of the query.
std::string withoutTracking(std::string_view jobLink, const SenderProfile* sender);

// Tells links to offers from others by the words in their address. Immutable.
class LinkClassifier {
  public:
    LinkClassifier();  // reads extract/data/link_words.json; throws std::logic_error when malformed

    // A sender's own patterns decide before the words do.
    LinkClass classify(std::string_view target, const SenderProfile* sender) const;

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    enum class WordClass : std::uint8_t { Job, Jobs, Company, Other };
    LinkClass byWords(std::string_view target) const;

    std::unordered_map<std::string, WordClass, Hash, std::equal_to<>> words_;
};

}  // namespace nextjob::analyse
