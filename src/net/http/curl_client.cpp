#include "model/completion.hpp"
#include "net/curl.hpp"
#include "net/http/http_client.hpp"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <new>
#include <optional>
#include <stop_token>
#include <thread>
#include <unordered_map>

namespace nextjob::net {

namespace {

constexpr std::size_t headerLimit = 64U << 10;
constexpr std::size_t waitingLimit = 20'000;
constexpr int longestSleep = 60'000;  // milliseconds; new requests wake the thread
constexpr long mostConnections = 64;
constexpr const char* userAgent = "nextjob/" NEXTJOB_VERSION " (gzip)";  // Google packs replies only for who says so

using Outcome = Result<HttpReply>;

// One request from its arrival to its reply; the callbacks run on the client's thread.
struct Transfer {
    HttpRequest request;
    std::string host;
    Completion<Outcome> done;
    HttpReply reply{};
    CurlList headers{};
    CurlHandle easy{};
    std::size_t headerBytes = 0;
    bool tooLarge = false;
    std::optional<std::stop_callback<std::function<void()>>> onStop{};

    std::size_t takeBody(std::string_view piece) {
        if (piece.size() > request.maximumBytes - reply.body.size()) {
            tooLarge = true;
            return 0;
        }
        reply.body += piece;
        return piece.size();
    }

    std::size_t takeHeader(std::string_view line) {
        headerBytes += line.size();
        if (headerBytes > headerLimit) {
            tooLarge = true;
            return 0;
        }
        const std::size_t taken = line.size();
        while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with("HTTP/")) reply.headers.clear();  // what went before was 100 Continue or the like
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return taken;
        auto value = line.substr(colon + 1);
        while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
        reply.headers.emplace_back(line.substr(0, colon), value);
        return taken;
    }

    static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self) {
        return static_cast<Transfer*>(self)->takeBody({data, size * count});
    }
    static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* self) {
        return static_cast<Transfer*>(self)->takeHeader({data, size * count});
    }
};

// The host of a URL that is let pass; "" of any other.
std::string hostOf(const std::string& url, const std::vector<std::string>& plainHosts) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->host().empty()) return {};
    std::string host = parsed->host();
    const bool plain = isThisMachine(host) || std::ranges::find(plainHosts, host) != plainHosts.end();
    if (parsed->scheme() == "https" || (parsed->scheme() == "http" && plain)) return host;
    return {};
}

// The reason in words; curl's own may name what was in the URL.
Error describe(CURLcode code, const Transfer& transfer) {
    if (transfer.tooLarge)
        return {ErrorCode::TooLarge,
                fmt::format("{} sent more than the limit of {} bytes", transfer.host, transfer.request.maximumBytes)};
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return {ErrorCode::Unavailable, fmt::format("{} did not answer in time", transfer.host)};
        case CURLE_COULDNT_RESOLVE_HOST:
            return {ErrorCode::Unavailable, fmt::format("the address of {} could not be found", transfer.host)};
        case CURLE_COULDNT_CONNECT:
            return {ErrorCode::Unavailable, fmt::format("{} could not be reached", transfer.host)};
        case CURLE_PEER_FAILED_VERIFICATION:
            return {ErrorCode::Unavailable, fmt::format("the certificate of {} is not one to trust", transfer.host)};
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
            return {ErrorCode::Unavailable, fmt::format("{} broke off before the reply was whole", transfer.host)};
        case CURLE_ABORTED_BY_CALLBACK:
            return {ErrorCode::Unavailable, fmt::format("the call to {} was broken off", transfer.host)};
        default:
            return {ErrorCode::Unavailable,
                    fmt::format("{} could not be asked (libcurl's error {})", transfer.host, static_cast<int>(code))};
    }
}

class CurlClient final : public HttpClient {
  public:
    explicit CurlClient(HttpClientOptions options) : options_(std::move(options)) {
        (void)makeCurlHandle();  // makes libcurl ready
        multi_ = curl_multi_init();
        if (multi_ == nullptr) throw std::bad_alloc();
        curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.connectionsPerServer);
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, mostConnections);
        thread_ = std::thread([this] { run(); });
    }

    ~CurlClient() override {
        {
            const std::scoped_lock lock(mutex_);
            stopping_ = true;
        }
        curl_multi_wakeup(multi_);
        thread_.join();
        curl_multi_cleanup(multi_);
    }
    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    Task<Outcome> send(HttpRequest request) override {
        std::string host = hostOf(request.url, options_.plainHosts);
        if (host.empty())
            co_return failure(ErrorCode::Invalid, "a request may go to https URLs only, or to this machine itself");
        auto start = [this, request = std::move(request), host = std::move(host)](Completion<Outcome> done) mutable {
            accept(std::make_unique<Transfer>(std::move(request), std::move(host), std::move(done)));
        };
        co_return co_await suspended<Outcome>(std::move(start));
    }

  private:
    void accept(std::unique_ptr<Transfer> transfer);
    void run();
    bool takeArrivals();
    void endStopped();
    void begin(std::unique_ptr<Transfer> transfer);
    void configure(Transfer& transfer) const;
    void finish(CURL* easy, CURLcode code);
    void failAll();

    const HttpClientOptions options_;
    CURLM* multi_ = nullptr;
    std::unordered_map<CURL*, std::unique_ptr<Transfer>> underWay_;  // the thread's own
    std::mutex mutex_;
    std::vector<std::unique_ptr<Transfer>> arrived_;  // guarded by mutex_, as are the next two
    std::size_t open_ = 0;
    bool stopping_ = false;
    std::atomic<bool> stopAsked_{false};  // of some transfer, since `endStopped` has looked
    std::thread thread_;
};

void CurlClient::accept(std::unique_ptr<Transfer> transfer) {
    // Asked from any thread, also right here.
    transfer->onStop.emplace(transfer->request.stop, [this] {
        stopAsked_ = true;
        curl_multi_wakeup(multi_);
    });
    {
        const std::scoped_lock lock(mutex_);
        if (!stopping_ && open_ < waitingLimit) {
            ++open_;
            arrived_.push_back(std::move(transfer));
            curl_multi_wakeup(multi_);
            return;
        }
    }
    transfer->done(failure(ErrorCode::Unavailable, "too many requests to other servers wait"));
}

void CurlClient::run() {
    while (takeArrivals()) {
        endStopped();
        int running = 0;
        curl_multi_perform(multi_, &running);
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left))
            if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
        curl_multi_poll(multi_, nullptr, 0, longestSleep, nullptr);
    }
    failAll();
}

// False when it is time to stop.
bool CurlClient::takeArrivals() {
    std::vector<std::unique_ptr<Transfer>> arrivals;
    {
        const std::scoped_lock lock(mutex_);
        if (stopping_) return false;
        arrivals.swap(arrived_);
    }
    for (auto& transfer : arrivals) begin(std::move(transfer));
    return true;
}

// A transfer whose stop was asked for before it was under way is ended by `begin`.
void CurlClient::endStopped() {
    if (!stopAsked_.exchange(false)) return;
    std::vector<CURL*> stopped;
    for (const auto& [easy, transfer] : underWay_)
        if (transfer->request.stop.stop_requested()) stopped.push_back(easy);
    for (CURL* easy : stopped) finish(easy, CURLE_ABORTED_BY_CALLBACK);
}

void CurlClient::begin(std::unique_ptr<Transfer> transfer) {
    transfer->easy = makeCurlHandle();
    configure(*transfer);
    CURL* easy = transfer->easy.get();
    const bool stopped = transfer->request.stop.stop_requested();
    underWay_.emplace(easy, std::move(transfer));
    if (stopped)
        finish(easy, CURLE_ABORTED_BY_CALLBACK);
    else if (curl_multi_add_handle(multi_, easy) != CURLM_OK)
        finish(easy, CURLE_FAILED_INIT);
}

void CurlClient::configure(Transfer& transfer) const {
    CURL* easy = transfer.easy.get();
    const HttpRequest& request = transfer.request;
    for (const auto& [name, value] : request.headers)
        append(transfer.headers, fmt::format("{}: {}", name, value).c_str());
    append(transfer.headers, "Expect:");  // no waiting for 100 Continue
    const bool secure = request.url.starts_with("https:");
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, secure ? "https" : "http");
    if (!secure) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (secure) curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    if (secure) curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);  // rather a stream of an HTTP/2 connection than a new one
    if (!options_.authorities.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options_.authorities.c_str());
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    }
    if (request.method == HttpMethod::Post) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, userAgent);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, request.deadline.count())));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::onBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
}

void CurlClient::finish(CURL* easy, CURLcode code) {
    auto entry = underWay_.extract(easy);
    Transfer& transfer = *entry.mapped();
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi_, easy);
    {
        const std::scoped_lock lock(mutex_);
        --open_;
    }
    if (code != CURLE_OK || transfer.tooLarge) {
        transfer.done(std::unexpected(describe(code, transfer)));
        return;
    }
    transfer.reply.status = static_cast<int>(status);
    transfer.done(std::move(transfer.reply));
}

void CurlClient::failAll() {
    while (!underWay_.empty()) finish(underWay_.begin()->first, CURLE_ABORTED_BY_CALLBACK);
    std::vector<std::unique_ptr<Transfer>> arrivals;
    {
        const std::scoped_lock lock(mutex_);
        arrivals.swap(arrived_);
    }
    for (auto& transfer : arrivals) transfer->done(failure(ErrorCode::Unavailable, "the program is stopping"));
}

bool sameName(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view HttpReply::header(std::string_view name) const {
    const auto found = std::ranges::find_if(headers, [&](const auto& field) { return sameName(field.first, name); });
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::unique_ptr<HttpClient> makeHttpClient(HttpClientOptions options) {
    return std::make_unique<CurlClient>(std::move(options));
}

}  // namespace nextjob::net
