#include "api/handlers/pages/page.hpp"

#include <fmt/format.h>

namespace nextjob::api::pages {

namespace {

constexpr std::string_view frame = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{0} – NextJob AI</title>
<style>
body{{font:1.05rem/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem}}
input,button{{font:inherit;display:block;width:100%;box-sizing:border-box;padding:.6rem;margin:.4rem 0 1rem;
border:1px solid #8888;border-radius:.4rem}}
button{{background:#1f5fd0;color:#fff;border:0;cursor:pointer}}
</style>
<h1>{0}</h1>
{1}
</html>
)";

}  // namespace

Response page(int status, std::string_view title, std::string_view body) {
    Response response{.status = status,
                      .contentType = "text/html; charset=utf-8",
                      .body = fmt::format(frame, title, body),
                      .headers = {}};
    response.headers.emplace_back("Content-Security-Policy",
                                  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
                                  "frame-ancestors 'none'");
    return response;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

}  // namespace nextjob::api::pages
