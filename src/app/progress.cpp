#include "app/progress.hpp"

#include "app/display_text.hpp"
#include "app/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace nextjob::app {

namespace {
constexpr std::chrono::milliseconds interval{100};
constexpr std::chrono::duration<double> settled{1.0};  // before it a rate is guesswork
}  // namespace

std::string countText(std::int64_t count) {
    auto text = std::to_string(count);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > (count < 0 ? 1 : 0); at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string durationText(std::chrono::duration<double> duration) {
    const double seconds = duration.count();
    if (seconds < 10) return fmt::format("{:.1f} s", seconds);
    const auto whole = std::int64_t{std::llround(seconds)};
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string progressText(const ProgressState& state, std::chrono::duration<double> elapsed) {
    const double share = std::clamp(state.share, 0.0, 1.0);
    auto text = fmt::format("{:3} %  {} mails", static_cast<int>(share * 100), countText(state.mails));
    if (elapsed >= settled && state.mails > 0)
        text += fmt::format("  {}/s",
                            countText(static_cast<std::int64_t>(static_cast<double>(state.mails) / elapsed.count())));
    text += fmt::format("  {} offers", countText(state.offers));
    if (elapsed >= settled && share > 0.01 && share < 1)
        text += fmt::format("  about {} left", durationText(elapsed * ((1 - share) / share)));
    return text;
}

ProgressLine::ProgressLine() : visible_(Terminal::isTerminal(stderr)) {}

bool ProgressLine::isDue() const { return visible_ && Clock::now() - last_ >= interval; }

void ProgressLine::show(const ProgressState& state) {
    if (!isDue()) return;
    const auto now = Clock::now();
    last_ = now;
    shown_ = true;
    const auto line = fitted(progressText(state, now - start_), Terminal::columns(stderr) - 1);
    fmt::print(stderr, "\r\x1b[K{}", line);
    std::fflush(stderr);
}

void ProgressLine::clear() {
    if (!shown_) return;
    shown_ = false;
    std::fputs("\r\x1b[K", stderr);
}

}  // namespace nextjob::app
