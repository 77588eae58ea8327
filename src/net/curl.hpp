#pragma once

#include <curl/curl.h>

#include <memory>
#include <string_view>

// What our users of libcurl share.
namespace nextjob::net {

struct ReleaseCurl {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ReleaseCurlList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, ReleaseCurl>;
using CurlList = std::unique_ptr<curl_slist, ReleaseCurlList>;

// A handle of its own; libcurl is made ready at the first one. Throws std::bad_alloc.
CurlHandle makeCurlHandle();

// Puts a line behind the others.
void append(CurlList& list, const char* line);

// Whether a URL's host is this very machine, to which what is secret may go in the clear.
bool isThisMachine(std::string_view host);

}  // namespace nextjob::net
