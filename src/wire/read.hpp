#pragma once

#include "model/names.hpp"
#include "wire/problem.hpp"
#include "wire/write.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Request bodies into structs described by BOOST_DESCRIBE_STRUCT, with every problem found named by its place. A
// member `skillId` is read from "skill_id". An optional member may be absent or null; other fields are ignored.
namespace nextjob::wire {

// A string with limits in characters (code points). A NUL character is refused.
template <std::size_t Min, std::size_t Max>
struct Text {
    std::string value;
};

// A whole number within limits.
template <std::int64_t Min, std::int64_t Max>
struct Whole {
    std::int64_t value = Min;
};

// An enumerator by its name (model/names.hpp).
template <class Enum>
struct Name {
    Enum value{};
};

// At most so many elements.
template <class T, std::size_t Max>
struct List {
    std::vector<T> items;
};

// A member of a change: what is absent stays as it is, null takes away.
template <class T>
struct Change {
    bool given = false;
    std::optional<T> value;
};

// An e-mail address as one types it: local@domain, at most 254 bytes. Folded to lower case, outer blanks dropped.
struct Email {
    std::string value;
};

// The same shapes are written by who calls us.
template <std::size_t Min, std::size_t Max>
void append(std::string& out, const Text<Min, Max>& value) {
    append(out, std::string_view(value.value));
}
template <std::int64_t Min, std::int64_t Max>
void append(std::string& out, const Whole<Min, Max>& value) {
    append(out, value.value);
}
template <class Enum>
void append(std::string& out, const Name<Enum>& value) {
    append(out, nameOf(value.value));
}
template <class T, std::size_t Max>
void append(std::string& out, const List<T, Max>& value) {
    append(out, value.items);
}

// A place in the document while it is read: a path of names and indexes, on the stack.
struct Place {
    const Place* parent;
    std::string_view name;
    std::int64_t index;  // used when the name is empty
};

void report(Problems& problems, const Place& place, std::string msg, std::string type);

// Reading of the leaves; each reports what is wrong and returns false.
bool read(const boost::json::value& value, const Place& place, Problems& problems, std::string& into);
bool read(const boost::json::value& value, const Place& place, Problems& problems, bool& into);
bool read(const boost::json::value& value, const Place& place, Problems& problems, std::int64_t& into);
bool read(const boost::json::value& value, const Place& place, Problems& problems, double& into);
bool read(const boost::json::value& value, const Place& place, Problems& problems, Email& into);
bool readWhole(const boost::json::value& value, const Place& place, Problems& problems, std::int64_t min,
               std::int64_t max, std::int64_t& into);
bool readName(const boost::json::value& value, const Place& place, Problems& problems,
              std::span<const std::string_view> names, std::string& into);
bool readText(const boost::json::value& value, const Place& place, Problems& problems, std::size_t min, std::size_t max,
              std::string& into);

// The member of an object; null when it has none of this name. `object` must be an object.
const boost::json::value* member(const boost::json::value& object, std::string_view name);
// Whether an array has at most so many elements; what is no array is for others to report.
bool fits(const boost::json::value& value, const Place& place, Problems& problems, std::size_t max);
bool isObject(const boost::json::value& value, const Place& place, Problems& problems);
bool isNull(const boost::json::value& value);
// The elements of an array within the limit; nothing (and a report) when it is no array or too long.
std::optional<std::vector<const boost::json::value*>> elements(const boost::json::value& value, const Place& place,
                                                               Problems& problems);

template <std::size_t Min, std::size_t Max>
bool read(const boost::json::value& value, const Place& place, Problems& problems, Text<Min, Max>& into) {
    return readText(value, place, problems, Min, Max, into.value);
}

template <class T>
bool read(const boost::json::value& value, const Place& place, Problems& problems, std::vector<T>& into) {
    const auto items = elements(value, place, problems);
    if (!items) return false;
    bool good = true;
    for (std::size_t i = 0; i < items->size(); ++i)
        good =
            read(*(*items)[i], Place{&place, {}, static_cast<std::int64_t>(i)}, problems, into.emplace_back()) && good;
    return good;
}

template <std::int64_t Min, std::int64_t Max>
bool read(const boost::json::value& value, const Place& place, Problems& problems, Whole<Min, Max>& into) {
    return readWhole(value, place, problems, Min, Max, into.value);
}

template <class Enum>
bool read(const boost::json::value& value, const Place& place, Problems& problems, Name<Enum>& into) {
    std::string name;
    if (!readName(value, place, problems, allNames<Enum>(), name)) return false;
    into.value = *parseName<Enum>(name);
    return true;
}

template <class T, std::size_t Max>
bool read(const boost::json::value& value, const Place& place, Problems& problems, List<T, Max>& into) {
    return fits(value, place, problems, Max) && read(value, place, problems, into.items);
}

template <class T>
bool read(const boost::json::value& value, const Place& place, Problems& problems, Change<T>& into) {
    into.given = true;
    return isNull(value) || read(value, place, problems, into.value.emplace());
}

template <class T>
bool read(const boost::json::value& value, const Place& place, Problems& problems, std::optional<T>& into) {
    return isNull(value) || read(value, place, problems, into.emplace());
}

template <class T>
inline constexpr bool isOptional = false;
template <class T>
inline constexpr bool isOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool isOptional<Change<T>> = true;

template <detail::Described T>
bool read(const boost::json::value& value, const Place& place, Problems& problems, T& into) {
    if (!isObject(value, place, problems)) return false;
    bool good = true;
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto described) {
        auto& field = into.*described.pointer;
        constexpr std::string_view key = detail::Key<decltype(described)>::plain;
        const Place below{&place, key, 0};
        if (const auto* found = member(value, key)) {
            good = read(*found, below, problems, field) && good;
        } else if constexpr (!isOptional<std::remove_reference_t<decltype(field)>>) {
            report(problems, below, "This field is required.", "missing");
            good = false;
        }
    });
    return good;
}

// Parses text with limits (depth 32) and hands the document to `reader`; reports broken JSON. An empty text is reported
// as a missing body.
bool parse(std::string_view text, Problems& problems, bool (*reader)(const boost::json::value&, Problems&, void*),
           void* into);

// A whole request body.
template <class T>
std::optional<T> readBody(std::string_view text, Problems& problems) {
    T body{};
    const auto reader = [](const boost::json::value& value, Problems& found, void* into) {
        return read(value, Place{nullptr, "body", 0}, found, *static_cast<T*>(into));
    };
    if (!parse(text, problems, reader, &body)) return {};
    return body;
}

// Whether text is an address that mail could reach, and the form in which it is kept.
std::optional<std::string> normalisedEmail(std::string_view text);

}  // namespace nextjob::wire
