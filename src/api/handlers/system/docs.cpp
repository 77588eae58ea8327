#include "api/handlers/system/system.hpp"
#include "api/reply.hpp"
#include "model/embedded.hpp"

#include <algorithm>
#include <array>

namespace nextjob::api::system_handlers {

namespace {

constexpr std::string_view page = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>NextJob AI: the API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="api"><p>The API is described in <a href="/openapi.json">/openapi.json</a>; the page for it needs JavaScript.</div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
)";

constexpr std::string_view start =
    "SwaggerUIBundle({url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null});\n";

constexpr std::string_view pageWithoutViewer = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>NextJob AI: the API</title>
<h1>The API of NextJob AI</h1>
<p>It is described in <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1), which many tools can show.</p>
<p>To have it shown here: install npm, then configure and build NextJob AI again.</p>
</html>
)";

// Scripts from here alone, none inline; the viewer sets styles as it goes.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// Embedded when the build had npm.
struct ViewerFile {
    std::string_view name;
    std::string_view path;
    std::string_view type;
};
constexpr std::array<ViewerFile, 2> viewerFiles{{
    {"swagger-ui.css", "api/docs/swagger-ui.css", "text/css; charset=utf-8"},
    {"swagger-ui-bundle.js", "api/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
}};

bool isEmbedded(std::string_view path) {
    return std::ranges::find(embeddedFiles(), path, &EmbeddedFile::path) != embeddedFiles().end();
}

Response text(std::string_view type, std::string_view body) {
    Response response{.status = 200, .contentType = std::string(type), .body = std::string(body), .headers = {}};
    response.headers.emplace_back("Content-Security-Policy", policy);
    return response;
}

}  // namespace

Task<Response> docs(Call) {
    const bool viewer = isEmbedded(viewerFiles.back().path);
    co_return text("text/html; charset=utf-8", viewer ? page : pageWithoutViewer);
}

Task<Response> docsFile(Call call) {
    const std::string& name = call.request.parameters[0];
    const auto file = std::ranges::find(viewerFiles, name, &ViewerFile::name);
    if (name == "start.js") co_return text(viewerFiles.back().type, start);
    if (file == viewerFiles.end() || !isEmbedded(file->path)) co_return refuse(404, "Not Found");
    Response response = text(file->type, embedded(file->path));
    response.headers.emplace_back("Cache-Control", "public, max-age=86400");
    co_return response;
}

}  // namespace nextjob::api::system_handlers
