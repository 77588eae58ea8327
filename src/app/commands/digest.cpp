#include "app/commands/digest.hpp"

#include "app/digest_table.hpp"
#include "app/offer_rows.hpp"
#include "app/progress.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "model/run_task.hpp"
#include "store/offers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace nextjob::app {

namespace {

constexpr int tableLimit = 20;
constexpr int pageLimit = 500;

struct BestOffers {
    std::vector<StoredOffer> offers;
    std::int64_t all = 0;
};

Result<BestOffers> bestOffers(store::Store& store, UserId user, int limit) {
    BestOffers best;
    PageRequest request;
    do {
        request.limit = std::min(pageLimit, limit - static_cast<int>(best.offers.size()));
        auto page = runTask(store.offers().list(user, {}, {}, request));
        if (!page) return std::unexpected(page.error());
        best.all = page->count;
        std::ranges::move(page->items, std::back_inserter(best.offers));
        request.cursor = page->next;
    } while (!request.cursor.empty() && static_cast<int>(best.offers.size()) < limit);
    return best;
}

void printTable(Terminal& terminal, const BestOffers& best, const std::string& email) {
    if (best.offers.empty()) {
        terminal.note(
            fmt::format("There are no offers for {0} yet. Read mail first: nextjob import --user {0} "
                        "mail.mbox",
                        email));
        return;
    }
    terminal.print(digestTable(best.offers, {Terminal::columns(stdout), Terminal::colour(stdout)}));
    const auto shown = static_cast<std::int64_t>(best.offers.size());
    if (shown < best.all)
        terminal.print(fmt::format("{} of {} offers. For more: nextjob digest --user {} --limit {}\n", countText(shown),
                                   countText(best.all), email, std::min<std::int64_t>(best.all, shown * 5)));
    else
        terminal.print(best.all == 1 ? "1 offer in all.\n" : fmt::format("{} offers in all.\n", countText(best.all)));
}

}  // namespace

int digest(const DigestOptions& options) {
    Terminal terminal("nextjob digest");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto user = findUser(*workspace->store, options.email);
    if (!user) return terminal.fail(user.error());
    const bool table = !options.json && !options.csv;
    const auto limit = options.limit.value_or(table ? tableLimit : std::numeric_limits<int>::max());
    const auto best = bestOffers(*workspace->store, user->id, limit);
    if (!best) return terminal.fail(best.error());
    if (options.json)
        terminal.print(offersJson(best->offers));
    else if (options.csv)
        terminal.print(offersCsv(best->offers));
    else
        printTable(terminal, *best, user->email);
    return terminal.finish(0);
}

}  // namespace nextjob::app
