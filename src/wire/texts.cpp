#include "wire/texts.hpp"

#include "mail/utf8.hpp"

#include <algorithm>

namespace nextjob::wire {

std::string sendable(std::string_view text, std::size_t mostBytes) {
    std::string clean;
    for (std::string_view rest = text; clean.size() < text.size();) {
        const std::size_t good = mail::validUtf8Prefix(rest);
        clean.append(rest.substr(0, good));
        if (good == rest.size()) break;
        clean += '?';
        rest.remove_prefix(good + 1);
    }
    std::ranges::replace(clean, '\0', '?');
    if (clean.size() > mostBytes) clean = mail::cutUtf8(clean, mostBytes);
    return clean;
}

}  // namespace nextjob::wire
