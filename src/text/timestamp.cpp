#include "text/timestamp.hpp"

#include "text/digits.hpp"

namespace nextjob::text {

namespace {

// Takes fixed-width parts off the front of a text.
class Parts {
  public:
    explicit Parts(std::string_view text) : rest_(text) {}

    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char c = take();
            good_ = good_ && '0' <= c && c <= '9';
            value = value * 10 + (c - '0');
        }
        return good_ ? value : 0;
    }
    bool literal(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void require(char c) { good_ = literal(c) && good_; }
    // Digits after a point, as milliseconds.
    int fraction() {
        int milliseconds = 0;
        int weight = 100;
        while (!rest_.empty() && '0' <= rest_.front() && rest_.front() <= '9') {
            milliseconds += (take() - '0') * weight;
            weight /= 10;
        }
        return milliseconds;
    }
    bool endsWell() const { return good_ && rest_.empty(); }

  private:
    char take() {
        if (rest_.empty()) return '\0';
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    std::string_view rest_;
    bool good_ = true;
};

std::chrono::minutes offsetOf(Parts& parts) {
    if (parts.literal('Z') || parts.literal('z')) return {};
    const bool west = parts.literal('-');
    if (!west) parts.require('+');
    const std::chrono::minutes offset(parts.number(2) * 60);
    parts.require(':');
    const auto whole = offset + std::chrono::minutes(parts.number(2));
    return west ? -whole : whole;
}

}  // namespace

std::string date(std::chrono::year_month_day day) {
    std::string shown;
    appendDigits(shown, static_cast<unsigned>(static_cast<int>(day.year())), 4);
    shown += '-';
    appendDigits(shown, static_cast<unsigned>(day.month()), 2);
    shown += '-';
    appendDigits(shown, static_cast<unsigned>(day.day()), 2);
    return shown;
}

std::string timestamp(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock(time - day);
    std::string shown = date(day);
    shown += 'T';
    appendDigits(shown, static_cast<unsigned>(clock.hours().count()), 2);
    shown += ':';
    appendDigits(shown, static_cast<unsigned>(clock.minutes().count()), 2);
    shown += ':';
    appendDigits(shown, static_cast<unsigned>(clock.seconds().count()), 2);
    shown += '.';
    appendDigits(shown, static_cast<unsigned>(clock.subseconds().count()), 3);
    shown += 'Z';
    return shown;
}

std::string shortTimestamp(Timestamp time) {
    std::string shown = timestamp(time);
    if (shown.ends_with(".000Z")) shown.erase(shown.size() - 5, 4);
    return shown;
}

std::optional<Timestamp> parseTimestamp(std::string_view text) {
    using namespace std::chrono;
    Parts parts(text);
    const year y(parts.number(4));
    parts.require('-');
    const month m(static_cast<unsigned>(parts.number(2)));
    parts.require('-');
    const year_month_day day(y, m, std::chrono::day(static_cast<unsigned>(parts.number(2))));
    if (!day.ok() || y < year(1970)) return {};
    Timestamp time = sys_days(day);
    if (parts.endsWell()) return time;
    if (!parts.literal('T') && !parts.literal('t')) parts.require(' ');
    const int hour = parts.number(2);
    parts.require(':');
    const int minute = parts.number(2);
    parts.require(':');
    const int second = parts.number(2);
    time += hours(hour) + minutes(minute) + seconds(second);
    if (parts.literal('.')) time += milliseconds(parts.fraction());
    time -= offsetOf(parts);
    if (!parts.endsWell() || hour > 23 || minute > 59 || second > 60) return {};
    return time;
}

}  // namespace nextjob::text
