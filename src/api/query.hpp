#pragma once

#include "api/http.hpp"
#include "model/time.hpp"
#include "wire/problem.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::api {

// Reads a request's query fields by name and type, and collects what is wrong with them. A field that is given twice
// counts by its last value, as in the first API. Fields nobody asks for are ignored.
class Query {
  public:
    explicit Query(const Target& target) : fields_(target.query) {}

    std::int64_t integer(std::string_view name, std::int64_t otherwise, std::int64_t min, std::int64_t max);
    std::optional<double> number(std::string_view name, double min, double max);
    std::optional<bool> flag(std::string_view name);
    // At most maxBytes long; an empty value is as good as none.
    std::optional<std::string> text(std::string_view name, std::size_t maxBytes);
    // One of the given words.
    std::optional<std::string_view> oneOf(std::string_view name, std::span<const std::string_view> words);
    // Any of the given words, with commas between them; empty when the field is not there.
    std::vector<std::string_view> anyOf(std::string_view name, std::span<const std::string_view> words);
    // A moment or a day of RFC 3339: 2026-03-02T08:00:00Z, 2026-03-02.
    std::optional<Timestamp> time(std::string_view name);
    bool has(std::string_view name) const { return find(name) != nullptr; }

    const wire::Problems& problems() const { return problems_; }

  private:
    const std::string* find(std::string_view name) const;
    void report(std::string_view name, std::string msg, std::string type);

    const std::vector<std::pair<std::string, std::string>>& fields_;
    wire::Problems problems_;
};

// The path parameter that names a row. Nothing when it is no positive number.
std::optional<std::int64_t> rowId(std::string_view text);

}  // namespace nextjob::api
