#pragma once

#include "ingest/filter/word_list.hpp"
#include "model/mailbox.hpp"
#include "model/raw_message.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::mail {
struct Document;
}

namespace nextjob::ingest {

// Whether a mail goes to analysis, and why, in a sentence for the user.
struct FilterDecision {
    bool pass = true;
    std::string reason;
};

// Decides before any analysis which mails of a mailbox have to do with jobs: by the user's rules, then by known senders
// and words in some twenty languages, first of the subject, then of the first lines, then by what its links lead to. A
// job mail that is stopped is lost to the user, one that passes for nothing costs some milliseconds: what is in doubt
// passes. docs/sync.md has its figures. Immutable; may be used from any thread.
class MailFilter {
  public:
    MailFilter();

    // `snippet`: the first words of its text, if they are known; they may save reading it.
    FilterDecision decide(const RawMessage& mail, std::string_view snippet, std::span<const SenderRule> rules) const;

    // How many signs of a job mail are in it, whoever sent it: what to measure the filter by.
    std::size_t signs(const RawMessage& mail) const;

  private:
    static FilterDecision ofRule(const SenderRule& rule);
    std::optional<FilterDecision> byHeader(std::string_view address, std::string_view subject) const;
    std::optional<FilterDecision> byText(std::string_view text) const;
    std::optional<FilterDecision> byTree(const mail::Document& document) const;
    bool saysJob(std::string_view address) const;
    std::string_view senderOf(std::string_view address) const;

    const WordList words_, hints_;
    std::vector<std::string_view> domains_, marks_;  // domains by name
};

// The address in a From header, in lower case: "Ada <ADA@example.org>" gives "ada@example.org"; "" when it has none.
std::string addressOf(std::string_view from);

// The rule for this address that says most: one for the address, else the one for the nearest domain above it. Null
// when there is none.
const SenderRule* ruleFor(std::string_view address, std::span<const SenderRule> rules);

}  // namespace nextjob::ingest
