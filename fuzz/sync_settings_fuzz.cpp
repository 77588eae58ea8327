#include "ingest/gmail/gmail_cursor.hpp"
#include "ingest/gmail/gmail_settings.hpp"
#include "ingest/sync/sync_progress.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// What users set for a mailbox, and what is kept of its sync: what is taken is written and read again as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nextjob::ingest;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto settings = readGmailSettings(text)) {
        if (settings->days < 1 || settings->days > GmailSettings::mostDays) std::abort();
        if (settings->query.size() > GmailSettings::mostQuery) std::abort();
    }
    const std::string cursor = writeGmailCursor(readGmailCursor(text));
    if (writeGmailCursor(readGmailCursor(cursor)) != cursor) std::abort();
    const std::string progress = writeSyncProgress(readSyncProgress(text));
    if (writeSyncProgress(readSyncProgress(progress)) != progress) std::abort();
    return 0;
}
