#pragma once

#include <cstddef>
#include <string>

namespace nextjob::text {

// The last digits of a number, with zeros in front: what dates and times are made of, many in each reply.
inline void appendDigits(std::string& text, unsigned number, std::size_t digits) {
    const std::size_t begin = text.size();
    text.append(digits, '0');
    for (std::size_t place = begin + digits; place > begin; number /= 10) {
        --place;
        text[place] = static_cast<char>('0' + number % 10);
    }
}

}  // namespace nextjob::text
