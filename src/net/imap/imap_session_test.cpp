#include "net/imap/imap_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace nextjob::net {

namespace {

// A server that says what the test wrote down: one answer to each piece that is sent.
class Script final : public ImapStream {
  public:
    std::deque<std::string> answers;
    std::vector<std::string>* sent = nullptr;
    std::size_t pieceBytes = 4096;

    ImapResult<> send(std::string_view bytes, ImapClock::time_point) override {
        if (sent != nullptr) sent->emplace_back(bytes);
        if (answers.empty()) return {};
        waiting_ += answers.front();
        answers.pop_front();
        return {};
    }

    ImapResult<std::size_t> receive(std::span<char> into, ImapClock::time_point) override {
        if (waiting_.empty()) return imapFailure(ImapFault::Unavailable, "it says no more");
        const std::size_t size = std::min({into.size(), waiting_.size(), pieceBytes});
        std::copy_n(waiting_.begin(), size, into.begin());
        waiting_.erase(0, size);
        return size;
    }

  private:
    std::string waiting_;
};

struct Talk {
    std::vector<std::string> sent;
    std::unique_ptr<ImapSession> session;

    explicit Talk(std::deque<std::string> answers, ImapSessionLimits limits = {}, std::size_t pieceBytes = 4096) {
        auto script = std::make_unique<Script>();
        script->answers = std::move(answers);
        script->sent = &sent;
        script->pieceBytes = pieceBytes;
        session = std::make_unique<ImapSession>(std::move(script), limits);
    }
};

ImapFault faultOf(const auto& result) { return result ? ImapFault::Stopped : result.error().fault; }

}  // namespace

TEST(ImapSession, SignsInWithAPassword) {
    Talk talk({"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nn1 OK\r\n", "n2 OK signed in\r\n"});
    EXPECT_TRUE(talk.session->signIn({.login = "ada", .secret = "s e\r\ncret"}));
    EXPECT_EQ(talk.sent.back(), "n2 AUTHENTICATE PLAIN AGFkYQBzIGUNCmNyZXQ=\r\n");
}

TEST(ImapSession, WaitsToBeAskedForAPasswordWhereItMust) {
    Talk talk({"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nn1 OK\r\n", "+ \r\n", "n2 OK\r\n"});
    EXPECT_TRUE(talk.session->signIn({.login = "ada", .secret = "x"}));
    EXPECT_EQ(talk.sent[1], "n2 AUTHENTICATE PLAIN\r\n");
    EXPECT_EQ(talk.sent[2], "AGFkYQB4\r\n");
}

TEST(ImapSession, LogsInWithLiterals) {
    Talk talk({"* CAPABILITY IMAP4\r\nn1 OK\r\n", "+ go on\r\n", "+ go on\r\n", "n2 OK\r\n"});
    EXPECT_TRUE(talk.session->signIn({.login = "ada", .secret = "\"ü\""}));
    EXPECT_EQ(talk.sent[1], "n2 LOGIN {3}\r\n");
    EXPECT_EQ(talk.sent[2], "ada {4}\r\n");
    EXPECT_EQ(talk.sent[3], "\"ü\"\r\n");
}

TEST(ImapSession, SignsInWithAToken) {
    Talk talk({"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR\r\nn1 OK\r\n", "+ eyJzdGF0dXMiOiI0MDEifQ==\r\n",
               "n2 NO [AUTHENTICATIONFAILED] token has ended\r\n"});
    const auto in = talk.session->signIn({.login = "ada", .secret = "tok", .token = true});
    ASSERT_EQ(faultOf(in), ImapFault::Refused);
    EXPECT_NE(in.error().message.find("token has ended"), std::string::npos);
    EXPECT_EQ(talk.sent[1], "n2 AUTHENTICATE XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgdG9rAQE=\r\n");
    EXPECT_EQ(talk.sent[2], "\r\n");
}

TEST(ImapSession, SendsNoPasswordWhereTheServerWantsNone) {
    Talk talk({"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nn1 OK\r\n"});
    EXPECT_EQ(faultOf(talk.session->signIn({.login = "ada", .secret = "x"})), ImapFault::Refused);
    EXPECT_EQ(talk.sent.size(), 1U);
}

TEST(ImapSession, KnowsARefusalFromAServerThatIsBusy) {
    const std::pair<const char*, ImapFault> answers[] = {
        {"n2 NO [AUTHENTICATIONFAILED] wrong\r\n", ImapFault::Refused},
        {"n2 NO Login failed\r\n", ImapFault::Refused},
        {"n2 NO [UNAVAILABLE] Temporary failure\r\n", ImapFault::Unavailable},
        {"n2 NO [ALERT] Too many simultaneous connections\r\n", ImapFault::Unavailable},
        {"* BYE going down\r\n", ImapFault::Unavailable}};
    for (const auto& [answer, fault] : answers) {
        Talk talk({"* CAPABILITY AUTH=PLAIN SASL-IR\r\nn1 OK\r\n", answer});
        EXPECT_EQ(faultOf(talk.session->signIn({.login = "ada", .secret = "x"})), fault) << answer;
    }
}

TEST(ImapSession, ShowsNoControlCharactersOfTheServers) {
    Talk talk(
        {"* CAPABILITY AUTH=PLAIN SASL-IR\r\nn1 OK\r\n", "n2 NO \x1b[31mred\x07" + std::string(5000, 'x') + "\r\n"});
    const auto in = talk.session->signIn({.login = "ada", .secret = "x"});
    ASSERT_FALSE(in);
    EXPECT_EQ(in.error().message.find('\x1b'), std::string::npos);
    EXPECT_LT(in.error().message.size(), 400U);
}

TEST(ImapSession, ListsFolders) {
    for (const std::size_t pieceBytes : {1U, 4096U}) {
        Talk talk({"* LIST (\\HasNoChildren) \"/\" INBOX\r\n"
                   "* LIST (\\Noselect) \"/\" \"[Gmail]\"\r\n"
                   "* LIST (\\Junk \\HasNoChildren) NIL [Gmail]/Spam\r\n"
                   "* LIST () \"/\" {9}\r\nJobs {2}\"\r\n"
                   "* LIST () \"/\" \"a \\\"b\\\\\"\r\n"
                   "* LIST () \"/\" &broken\r\n"
                   "* LIST () \"/\" Entw&APw-rfe\r\n"
                   "* 7 EXISTS\r\nn1 OK\r\n"},
                  {}, pieceBytes);
        const auto folders = talk.session->folders();
        ASSERT_TRUE(folders);
        EXPECT_EQ(*folders, (std::vector<std::string>{"Entwürfe", "INBOX", "Jobs {2}\"", "[Gmail]/Spam", "a \"b\\"}));
    }
}

TEST(ImapSession, OpensFoldersToReadOnly) {
    Talk talk(
        {"* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 17] valid\r\n* OK [UIDNEXT 44] next\r\n"
         "n1 OK [READ-ONLY] done\r\n"});
    const auto box = talk.session->examine("R&D \"ü\"\r\nn9 DELETE INBOX");
    ASSERT_TRUE(box);
    EXPECT_EQ(box->uidValidity, 17U);
    EXPECT_EQ(box->uidNext, 44U);
    EXPECT_EQ(talk.sent[0], "n1 EXAMINE \"R&-D \\\"&APw-\\\"&AA0ACg-n9 DELETE INBOX\"\r\n");
}

TEST(ImapSession, FoldersThatAreNotThereAreMissing) {
    Talk talk(
        {"n1 NO [NONEXISTENT] no\r\n", "n2 NO [UNAVAILABLE] busy\r\n", "n3 OK\r\n", "n4 NO [NOPERM] not you\r\n"});
    EXPECT_EQ(faultOf(talk.session->examine("x")), ImapFault::Missing);
    EXPECT_EQ(faultOf(talk.session->examine("x")), ImapFault::Unavailable);
    EXPECT_EQ(faultOf(talk.session->examine("x")), ImapFault::Rejected);  // without UIDVALIDITY
    EXPECT_EQ(faultOf(talk.session->examine("x")), ImapFault::Rejected);
}

TEST(ImapSession, FindsMailsAboveAUid) {
    Talk talk({"* SEARCH 9 7 7\r\n* SEARCH 12\r\nn1 OK\r\n", "* SEARCH 7\r\nn2 OK\r\n", "* SEARCH\r\nn3 OK\r\n"});
    EXPECT_EQ(talk.session->above(6), (std::vector<ImapUid>{7, 9, 12}));
    EXPECT_EQ(talk.sent[0], "n1 UID SEARCH UNDELETED UID 7:*\r\n");
    EXPECT_EQ(talk.session->above(8), std::vector<ImapUid>{});  // "9:*" is the last one in any case
    EXPECT_EQ(talk.session->above(8), std::vector<ImapUid>{});
    EXPECT_EQ(talk.session->above(4294967295), std::vector<ImapUid>{});
    EXPECT_EQ(talk.sent.size(), 3U);
}

TEST(ImapSession, FindsMailsSinceADay) {
    using namespace std::chrono;
    Talk talk({"* SEARCH 1\r\nn1 OK\r\n"});
    EXPECT_TRUE(talk.session->since(sys_days(2026y / March / 1) + hours(5)));
    EXPECT_EQ(talk.sent[0], "n1 UID SEARCH UNDELETED SINCE 28-Feb-2026\r\n");
}

TEST(ImapSession, TellsSizesOfWhatIsThere) {
    Talk talk(
        {"* 1 FETCH (RFC822.SIZE 30 UID 5)\r\n* 2 FETCH (UID 6 FLAGS (\\Seen (a b)) RFC822.SIZE 99999999999)\r\n"
         "* 3 FETCH (UID 77 RFC822.SIZE 1)\r\n* 4 FETCH (UID 8)\r\nn1 OK\r\n"});
    const auto sizes = talk.session->sizes(std::vector<ImapUid>{5, 6, 7, 8});
    ASSERT_TRUE(sizes);
    EXPECT_EQ(*sizes, (std::unordered_map<ImapUid, std::uint64_t>{{5, 30}, {6, 99999999999}}));
}

TEST(ImapSession, HandsOutMailsWhoseLinesLookLikeAnswers) {
    const std::string mail = "Subject: x\r\n\r\n* 9 FETCH (UID 6 BODY[] \"false\")\r\nn1 OK done\r\n{3}\r\n)\r\n";
    for (const std::size_t pieceBytes : {1U, 7U, 4096U}) {
        Talk talk({"* 1 FETCH (UID 5 BODY[]<0> {" + std::to_string(mail.size()) + "}\r\n" + mail
                   + ")\r\n"
                     "* 2 FETCH (BODY[]<0> {0}\r\n UID 6)\r\n* 3 FETCH (BODY[]<0> \"short\" UID 7)\r\nn1 OK\r\n"},
                  {}, pieceBytes);
        const auto mails = talk.session->bodies(std::vector<ImapUid>{5, 6, 7}, 1000);
        ASSERT_TRUE(mails) << mails.error().message;
        EXPECT_EQ(*mails, (std::unordered_map<ImapUid, std::string>{{5, mail}, {6, ""}, {7, "short"}}));
        EXPECT_EQ(talk.sent[0], "n1 UID FETCH 5,6,7 (UID BODY.PEEK[]<0.1000>)\r\n");
    }
}

TEST(ImapSession, TakesNoMoreThanItAskedFor) {
    Talk literal({"* 1 FETCH (UID 5 BODY[]<0> {1001}\r\n" + std::string(1001, 'x') + ")\r\nn1 OK\r\n"});
    EXPECT_EQ(faultOf(literal.session->bodies(std::vector<ImapUid>{5}, 1000)), ImapFault::TooLarge);
    Talk line({"* OK " + std::string((4U << 20U) + 1, 'x')});
    EXPECT_EQ(faultOf(line.session->above(1)), ImapFault::TooLarge);
    Talk uids({"* SEARCH 1 2 3\r\n* SEARCH 4\r\nn1 OK\r\n"}, {.uids = 3});
    EXPECT_EQ(faultOf(uids.session->above(0)), ImapFault::TooLarge);
    Talk folders({"* LIST () NIL a\r\n* LIST () NIL b\r\nn1 OK\r\n"}, {.folders = 1});
    EXPECT_EQ(faultOf(folders.session->folders()), ImapFault::TooLarge);
    Talk endless({"* 1 EXISTS\r\n* 1 EXISTS\r\n* 1 EXISTS\r\nn1 OK\r\n"}, {.responses = 3});
    EXPECT_EQ(faultOf(endless.session->above(1)), ImapFault::TooLarge);
}

TEST(ImapSession, IsNotConfusedByWhatIsNoImap) {
    for (const char* answer : {"HTTP/1.1 400 Bad Request\r\n", "\r\n", "x9 OK\r\n", "n1 MAYBE\r\n", "+ more?\r\n"}) {
        Talk talk({answer});
        EXPECT_EQ(faultOf(talk.session->above(1)), ImapFault::Confused) << answer;
    }
    Talk silent({});
    EXPECT_EQ(faultOf(silent.session->above(1)), ImapFault::Unavailable);
}

TEST(ImapSession, BracesInWordsForPeopleAreNoLiterals) {
    Talk talk({"* OK see {5}\r\n* SEARCH 3\r\nn1 OK bye {7}\r\n"});
    EXPECT_EQ(talk.session->above(1), std::vector<ImapUid>{3});
}

}  // namespace nextjob::net
