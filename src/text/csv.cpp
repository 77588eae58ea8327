#include "text/csv.hpp"

namespace nextjob::text {

std::string csvField(std::string_view value) {
    std::string field;
    const auto start = value.find_first_not_of(" \t\r\n");
    if (start != std::string_view::npos && std::string_view("=+-@").find(value[start]) != std::string_view::npos)
        field += '\'';
    bool quoted = !field.empty();
    for (const char c : value) {
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        quoted = quoted || control || c == ',' || c == '"' || c == '\'' || c == ';';
        if (c == '"') field += '"';
        field += control ? ' ' : c;
    }
    return quoted ? '"' + field + '"' : field;
}

}  // namespace nextjob::text
