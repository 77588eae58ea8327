#include "net/mailer.hpp"
#include "observe/log.hpp"

namespace nextjob::net {

namespace {

class LogMailer final : public Mailer {
  public:
    explicit LogMailer(std::shared_ptr<spdlog::logger> log) : log_(std::move(log)) {}

    Result<void> send(Letter letter) override {
        observe::log(*log_, observe::Level::Warning, "mail_not_sent",
                     {{"reason", std::string_view("SMTP_URL is not set")},
                      {"subject", std::string_view(letter.subject)},
                      {"text", std::string_view(letter.text)}});
        return {};
    }

  private:
    const std::shared_ptr<spdlog::logger> log_;
};

}  // namespace

std::unique_ptr<Mailer> makeLogMailer(std::shared_ptr<spdlog::logger> log) {
    return std::make_unique<LogMailer>(std::move(log));
}

}  // namespace nextjob::net
