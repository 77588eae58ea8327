#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Values to JSON text in one pass, without a tree between: numbers, strings, optionals, vectors, variants and structs
// described by BOOST_DESCRIBE_STRUCT. A member `matchScore` becomes the key "match_score".
namespace nextjob::wire {

// A quoted, escaped string. Bytes that are not UTF-8 become U+FFFD, so that what leaves is always valid JSON.
void append(std::string& out, std::string_view text);
// How many bytes of the text make the character at i as `append` writes it: a stray byte is one of its own.
std::size_t characterBytes(std::string_view text, std::size_t i);
void append(std::string& out, double number);  // infinities and NaN become null
void append(std::string& out, std::int64_t number);

// JSON that was made before, such as a stored document; the caller vouches that it is valid.
struct Raw {
    std::string text;
};

namespace detail {

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;

// "matchScore" to "\"match_score\":", at compile time.
template <class Member>
struct Key {
    static constexpr std::string_view name = Member::name;

    static constexpr auto build() {
        std::array<char, 2 * name.size() + 3> key{};
        std::size_t size = 0;
        key[size++] = '"';
        for (const char c : name) {
            if (c >= 'A' && c <= 'Z') {
                key[size++] = '_';
                key[size++] = static_cast<char>(c - 'A' + 'a');
            } else {
                key[size++] = c;
            }
        }
        key[size++] = '"';
        key[size++] = ':';
        return std::pair(key, size);
    }

    static constexpr auto built = build();
    static constexpr std::string_view quoted{built.first.data(), built.second};
    static constexpr std::string_view plain = quoted.substr(1, quoted.size() - 3);
};

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

}  // namespace detail

template <class T>
void append(std::string& out, const T& value);
template <class T>
void append(std::string& out, const std::vector<T>& values);
template <class... Types>
void append(std::string& out, const std::variant<Types...>& value);

template <class T>
void append(std::string& out, const std::optional<T>& value) {
    if (value)
        append(out, *value);
    else
        out += "null";
}

template <class T>
void append(std::string& out, const std::vector<T>& values) {
    out += '[';
    bool first = true;
    for (const auto& value : values) {
        if (!first) out += ',';
        first = false;
        append(out, value);
    }
    out += ']';
}

template <class... Types>
void append(std::string& out, const std::variant<Types...>& value) {
    std::visit([&](const auto& held) { append(out, held); }, value);
}

template <class T>
void append(std::string& out, const T& value) {
    if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::integral<T>) {
        append(out, static_cast<std::int64_t>(value));
    } else if constexpr (std::same_as<T, Raw>) {
        out += value.text;
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        append(out, std::string_view(value));
    } else {
        static_assert(detail::Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        out += '{';
        bool first = true;
        boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
            if (!first) out += ',';
            first = false;
            out += detail::Key<decltype(member)>::quoted;
            append(out, value.*member.pointer);
        });
        out += '}';
    }
}

template <class T>
std::string write(const T& value) {
    std::string out;
    append(out, value);
    return out;
}

}  // namespace nextjob::wire
