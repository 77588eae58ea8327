#include "auth/token_form.hpp"

#include <algorithm>

namespace nextjob::auth {

bool isBase64Url(std::string_view text) {
    return !text.empty() && text.size() % 4 != 1 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

bool isTokenForm(std::string_view text) {
    const auto first = text.find('.');
    const auto last = text.rfind('.');
    return first != std::string_view::npos && first != last && isBase64Url(text.substr(0, first))
           && isBase64Url(text.substr(first + 1, last - first - 1)) && isBase64Url(text.substr(last + 1));
}

}  // namespace nextjob::auth
