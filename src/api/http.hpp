#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextjob::api {

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options };

std::string_view name(Method method);
std::optional<Method> methodNamed(std::string_view name);

// Header fields of one request: views into the connection's parser, which outlives the request's handling.
class Headers {
  public:
    void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }

    // The first field of this name in any case; empty when there is none.
    std::string_view operator[](std::string_view name) const;
    std::size_t count(std::string_view name) const;
    // All fields of this name as one list, with commas (RFC 9110, 5.3).
    std::string joined(std::string_view name) const;

  private:
    std::vector<std::pair<std::string_view, std::string_view>> fields_;
};

// A request's path and query, decoded. Empty names and values are kept.
struct Target {
    std::vector<std::string> segments;  // percent-decoded; "/a//b" keeps the empty one
    std::string path;                   // as sent, without the query; for links and the log
    std::vector<std::pair<std::string, std::string>> query;
};

// Reads origin form ("/a?b=c"), absolute form ("http://host/a") and "*". Nothing when a percent escape is broken, a
// NUL or other control character is hidden in it, or there are over 100 query fields.
std::optional<Target> parseTarget(std::string_view target);

// application/x-www-form-urlencoded, which is also a query's form. Nothing when an escape is broken, a NUL is in it, or
// there are over 100 fields.
std::optional<std::vector<std::pair<std::string, std::string>>> parseForm(std::string_view text);

// For a value in a query: all but letters, digits and -._~ as %XX.
std::string percentEncode(std::string_view text);

class BodyStream;

struct Response {
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<BodyStream> stream{};  // brings the body in place of `body`
};

std::string_view reasonPhrase(int status);

bool equalIgnoringCase(std::string_view a, std::string_view b);

}  // namespace nextjob::api
