#include "api/http.hpp"
#include "api/multipart.hpp"
#include "api/page.hpp"
#include "api/query.hpp"
#include "api/response_head.hpp"
#include "wire/read.hpp"
#include "wire/write.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// What a stranger's request is read with, after the HTTP parser: target, query, form, JSON body, multipart body.
namespace {

using namespace nextjob::api;

struct Item {
    std::int64_t number = 0;
    std::optional<double> ratio;
};
BOOST_DESCRIBE_STRUCT(Item, (), (number, ratio))

struct Body {
    wire::Email email;
    wire::Text<1, 20> name;
    std::optional<bool> flag;
    std::vector<Item> items;
};
BOOST_DESCRIBE_STRUCT(Body, (), (email, name, flag, items))

void require(bool holds) {
    if (!holds) std::abort();
}

// Whatever bytes a string has, the JSON that we write of it is read back by a strict parser.
void writeText(std::string_view text) {
    boost::json::error_code error;
    const auto read = boost::json::parse(wire::write(text), error);
    require(!error && read.is_string());
}

void readBody(std::string_view text) {
    wire::Problems problems;
    const auto body = wire::readBody<Body>(text, problems);
    require(body.has_value() == problems.empty());
    require(!body || (body->email.value.find('@') != std::string::npos && !body->name.value.empty()));
}

void readTarget(std::string_view text) {
    const auto target = parseTarget(text);
    if (!target || target->path == "*") return;  // which only OPTIONS takes, and no list has
    Query query(*target);
    const auto place = paging(query);
    require(place.request.limit >= 1 && place.request.limit <= 100 && place.request.offset >= 0);
    query.time("since");
    query.number("min_score", 0, 10);
    query.flag("remote");
    if (const auto next = nextPage(*target, place, 1'000'000, "a cursor")) require(parseTarget(*next).has_value());
    Response response;
    response.headers.emplace_back("Location", target->path + percentEncode(text));
    require(responseHead(response, "id", false).find("\r\n\r\n") == responseHead(response, "id", false).size() - 4);
}

// A multipart body means the same however it is cut.
void readMultipart(std::string_view text, std::size_t size) {
    std::string whole;
    std::string cut;
    MultipartReader first("b", [&](std::string_view piece) { whole += piece; });
    const bool good = first.feed(text);
    MultipartReader second("b", [&](std::string_view piece) { cut += piece; });
    bool goodToo = true;
    for (std::size_t i = 0; goodToo && i < text.size(); i += size) goodToo = second.feed(text.substr(i, size));
    require(good == goodToo);
    if (good) require(whole == cut && first.complete() == second.complete() && first.fileName() == second.fileName());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 5) {
        case 0: readBody(text); break;
        case 1: readTarget(text); break;
        case 2: parseForm(text); break;
        case 3: readMultipart(text, data[0] / 5U + 1U); break;
        default:
            writeText(text);
            headerParameter(text, "filename");
            wire::normalisedEmail(text);
    }
    return 0;
}
