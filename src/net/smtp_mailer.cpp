#include "net/curl.hpp"
#include "net/letter_text.hpp"
#include "net/mailer.hpp"
#include "observe/log.hpp"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace nextjob::net {

using observe::Level;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t queueLimit = 1000;
constexpr long connectSeconds = 10;
constexpr long deliverySeconds = 60;
constexpr std::array<std::chrono::seconds, 4> pauses{std::chrono::seconds(2), std::chrono::seconds(15),
                                                     std::chrono::seconds(60), std::chrono::seconds(300)};
constexpr std::chrono::seconds farewell{5};

// What curl reads the message from.
struct Source {
    std::string_view left;

    static std::size_t read(char* into, std::size_t size, std::size_t count, void* self) {
        auto& left = static_cast<Source*>(self)->left;
        const std::size_t taken = std::min(size * count, left.size());
        std::memcpy(into, left.data(), taken);
        left.remove_prefix(taken);
        return taken;
    }
};

enum class Outcome : std::uint8_t { Delivered, TryAgain, Refused };

class SmtpMailer final : public Mailer {
  public:
    SmtpMailer(SmtpOptions options, bool plainAllowed, std::shared_ptr<spdlog::logger> log)
        : options_(std::move(options)), plainAllowed_(plainAllowed), log_(std::move(log)), thread_([this] { run(); }) {}

    ~SmtpMailer() override {
        {
            const std::scoped_lock lock(mutex_);
            stopping_ = true;
            lastMoment_ = Clock::now() + farewell;
        }
        changed_.notify_one();
        thread_.join();
    }

    Result<void> send(Letter letter) override {
        const std::scoped_lock lock(mutex_);
        if (waiting_.size() >= queueLimit) return failure(ErrorCode::Unavailable, "too many letters wait");
        waiting_.push_back({std::move(letter), 0, Clock::now()});
        changed_.notify_one();
        return {};
    }

  private:
    struct Waiting {
        Letter letter;
        std::size_t attempts = 0;
        Clock::time_point due;
    };

    void run();
    std::optional<Waiting> next();
    void deliver(Waiting waiting);
    Outcome attempt(const Letter& letter, std::string& reason) const;

    const SmtpOptions options_;
    const bool plainAllowed_;
    const std::shared_ptr<spdlog::logger> log_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Waiting> waiting_;  // guarded by mutex_, as are the next two
    bool stopping_ = false;
    Clock::time_point lastMoment_;  // for letters, when stopping
    std::thread thread_;
};

void SmtpMailer::run() {
    while (auto waiting = next()) deliver(std::move(*waiting));
}

// The letter that is due first, when its moment has come; nothing when stopping and none is worth waiting for.
std::optional<SmtpMailer::Waiting> SmtpMailer::next() {
    std::unique_lock lock(mutex_);
    while (true) {
        const auto first = std::ranges::min_element(waiting_, {}, &Waiting::due);
        if (first != waiting_.end() && first->due <= Clock::now()) {
            auto letter = std::move(*first);
            waiting_.erase(first);
            return letter;
        }
        if (stopping_ && (first == waiting_.end() || first->due > lastMoment_)) {
            if (!waiting_.empty())
                observe::log(*log_, Level::Warning, "mail_given_up",
                             {{"letters", static_cast<std::int64_t>(waiting_.size())},
                              {"reason", std::string_view("the server stops")}});
            return std::nullopt;
        }
        if (first == waiting_.end())
            changed_.wait(lock);
        else
            changed_.wait_until(lock, first->due);
    }
}

void SmtpMailer::deliver(Waiting waiting) {
    std::string reason;
    const auto outcome = attempt(waiting.letter, reason);
    if (outcome == Outcome::Delivered) {
        observe::log(*log_, Level::Info, "mail_sent", {{"subject", std::string_view(waiting.letter.subject)}});
        return;
    }
    const bool again = outcome == Outcome::TryAgain && waiting.attempts < pauses.size();
    observe::log(*log_, again ? Level::Warning : Level::Error, again ? "mail_waits" : "mail_given_up",
                 {{"subject", std::string_view(waiting.letter.subject)}, {"reason", std::string_view(reason)}});
    if (!again) return;
    waiting.due = Clock::now() + pauses[waiting.attempts++];
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(waiting));
}

Outcome SmtpMailer::attempt(const Letter& letter, std::string& reason) const {
    const CurlHandle curl = makeCurlHandle();
    const std::string sender(addressIn(options_.from));
    const std::string id =
        fmt::format("{}.{}@nextjob.invalid", std::chrono::system_clock::now().time_since_epoch().count(),
                    reinterpret_cast<std::uintptr_t>(curl.get()));
    const std::string text = messageText(letter, options_.from, id, std::chrono::system_clock::now());
    Source source{text};
    CurlList recipients;
    append(recipients, letter.to.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_URL, options_.url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_USE_SSL, static_cast<long>(plainAllowed_ ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, sender.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, &Source::read);
    curl_easy_setopt(curl.get(), CURLOPT_READDATA, &source);
    curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, connectSeconds);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, deliverySeconds);
    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_OK) return Outcome::Delivered;
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    reason = status >= 400 ? fmt::format("the mail server answered {}", status) : curl_easy_strerror(code);
    // 5xx is a refusal for good (RFC 5321, 4.2.1); so is a wrong password, a wrong URL or certificate is for people.
    return status >= 500 || code == CURLE_LOGIN_DENIED ? Outcome::Refused : Outcome::TryAgain;
}

}  // namespace

Result<std::unique_ptr<Mailer>> makeSmtpMailer(SmtpOptions options, std::shared_ptr<spdlog::logger> log) {
    const auto url = boost::urls::parse_uri(options.url);
    if (!url || (url->scheme() != "smtp" && url->scheme() != "smtps") || url->host().empty())
        return failure(ErrorCode::Invalid,
                       "SMTP_URL must be smtps://user:password@host:465 or smtp://user:password@host:587, with special "
                       "characters of the password as %XX.");
    if (addressIn(options.from).find('@') == std::string_view::npos)
        return failure(ErrorCode::Invalid,
                       "MAIL_FROM is not set to an address that mail may come from. Write it as NextJob AI "
                       "<nextjob@example.org>.");
    const bool plainAllowed = url->scheme() == "smtps" || isThisMachine(url->host());
    return std::make_unique<SmtpMailer>(std::move(options), plainAllowed, std::move(log));
}

}  // namespace nextjob::net
