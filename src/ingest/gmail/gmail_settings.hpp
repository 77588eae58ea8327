#pragma once

#include "model/error.hpp"
#include "model/time.hpp"

#include <string>
#include <string_view>

namespace nextjob::ingest {

// What a user wishes of the sync of a Gmail mailbox; Mailbox::settings holds it as {"days":90,"query":"…"}.
struct GmailSettings {
    static constexpr int mostDays = 3650;
    static constexpr std::size_t mostQuery = 1500;  // bytes

    int days = 90;      // how far the first look goes back, 1 to mostDays
    std::string query;  // what it searches for, as Gmail's search takes it; "" for what we know of job mails

    // The search for mail that came since.
    std::string search(Timestamp since) const;
};

// From JSON that a user gave; "{}" for the defaults. Invalid says what is wrong and how it should be.
Result<GmailSettings> readGmailSettings(std::string_view json);

// All mail that came since, whatever it says.
std::string searchForAll(Timestamp since);

}  // namespace nextjob::ingest
