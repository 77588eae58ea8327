#include "api/handlers/system/system.hpp"
#include "api/reply.hpp"

namespace nextjob::api::system_handlers {

namespace {

constexpr std::string_view homePage = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>NextJob AI</title>
<style>body{font:1.05rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}</style>
<h1>NextJob AI</h1>
<p>This server reads the job offers in your mail, scores them against your skills and tells why.</p>
<p>Programs talk to it over HTTP and JSON:</p>
<ol>
<li><code>POST /auth/register</code> and <code>POST /auth/jwt/login</code> to get in,</li>
<li><code>PUT /user_skills</code> to say what you know,</li>
<li><code>POST /import</code> with a mailbox (.mbox or .eml), <code>GET /import/{id}</code> to watch it,</li>
<li><code>GET /job-offers</code> to read what was found.</li>
</ol>
<p><a href="/docs">The whole API</a> is described at <code>/openapi.json</code>; <code>GET /health</code> and
<code>GET /ready</code> tell how the server is.</p>
</html>
)";

}  // namespace

Task<Response> home(Call) {
    Response response{
        .status = 200, .contentType = "text/html; charset=utf-8", .body = std::string(homePage), .headers = {}};
    response.headers.emplace_back("Content-Security-Policy",
                                  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    co_return response;
}

}  // namespace nextjob::api::system_handlers
