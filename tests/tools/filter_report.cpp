// What the filter before analysis makes of mails, for scripts/bench filter: a line of JSON a file.
//
//   filter_report FILE...

#include "ingest/files/raw_file_message.hpp"
#include "ingest/filter/mail_filter.hpp"
#include "mail/message.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iterator>

namespace {

using namespace nextjob;

// As a source hands it over: with sender and subject.
RawMessage fetched(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    ingest::FileMessage message;
    message.bytes.assign(std::istreambuf_iterator<char>(file), {});
    RawMessage raw = rawMessage(std::move(message), 1, std::nullopt);
    const auto read = mail::parseAny(raw.bytes);
    if (read && read->from) raw.sender = read->from->address;
    if (read) raw.subject = read->subject;
    return raw;
}

}  // namespace

int main(int count, char** arguments) {
    const ingest::MailFilter filter;
    for (int i = 1; i < count; ++i) {
        RawMessage mail = fetched(arguments[i]);
        const auto begin = std::chrono::steady_clock::now();
        const auto decision = filter.decide(mail, "", {});
        const auto took = std::chrono::steady_clock::now() - begin;
        // The same from a sender that nobody knows.
        mail.sender = "someone@example.org";
        const auto stranger = filter.decide(mail, "", {});
        const boost::json::object out{
            {"file", arguments[i]},        {"pass", decision.pass},
            {"reason", decision.reason},   {"from_stranger", stranger.pass},
            {"signs", filter.signs(mail)}, {"us", std::chrono::duration<double, std::micro>(took).count()}};
        fmt::print("{}\n", boost::json::serialize(out));
    }
}
