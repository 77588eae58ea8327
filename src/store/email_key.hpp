#pragma once

#include <algorithm>
#include <string>

namespace nextjob::store {

// An e-mail address as it is compared: ASCII letters in lower case, everything else as it is.
inline std::string emailKey(std::string email) {
    std::ranges::transform(email, email.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    });
    return email;
}

}  // namespace nextjob::store
