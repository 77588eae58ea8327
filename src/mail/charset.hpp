#pragma once

#include <string>
#include <string_view>

namespace nextjob::mail {

// Text in UTF-8, and whether the declared charset was wrong or unknown.
struct Decoded {
    std::string text;
    bool mended = false;
};

// Makes well-formed UTF-8 of bytes in the charset that a mail declares ("" when it declares none), as far as
// it tells the truth: bytes that are UTF-8 under a single-byte label are UTF-8, 8-bit bytes under us-ascii or
// utf-8 are read as windows-1252, latin1 means windows-1252 as browsers have it. A byte order mark wins and
// is dropped. Takes the string, and gives the same one back when nothing is to be changed.
Decoded toUtf8(std::string bytes, std::string_view declared);

// What a byte stands for in windows-1252; its five unused bytes stay control characters.
char32_t fromWindows1252(unsigned char byte);

// The charset that an HTML page names in its first kilobyte (<meta charset=…> or http-equiv), or "".
std::string_view htmlCharset(std::string_view html);

}  // namespace nextjob::mail
