#include "ingest/filter/mail_filter.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace nextjob::ingest {
namespace {

using testing::HasSubstr;

const MailFilter& filter() {
    static const MailFilter made;
    return made;
}

RawMessage mail(const std::string& sender, const std::string& subject, const std::string& text) {
    RawMessage raw{.user = 1, .subject = subject, .sender = sender};
    raw.bytes = fmt::format("From: {}\r\nSubject: {}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n", sender,
                            subject, text);
    return raw;
}

FilterDecision decide(const RawMessage& raw, std::vector<SenderRule> rules = {}) {
    return filter().decide(raw, "", rules);
}

// From people and firms that no list knows.
TEST(MailFilter, JobMailsOfStrangersPassInManyLanguages) {
    const std::vector<std::pair<const char*, const char*>> mails{
        {"Quick question", "I came across your work and think you would fit a role we have open in Leeds."},
        {"Next week", "Could you come in for an interview on Tuesday at ten?"},
        {"An update from Harrow Mills", "After careful thought we went on with other candidates."},
        {"Kurze Frage", "wir suchen für unser Team Verstärkung, unbefristet und in Vollzeit."},
        {"Ihre Unterlagen", "vielen Dank für Ihre Bewerbung, wir melden uns bald."},
        {"Bonjour", "Nous recherchons un développeur pour notre équipe à Nantes, poste en CDI."},
        {"Suite", "Votre candidature a retenu notre attention."},
        {"Hola", "Tenemos una vacante que encaja con lo que haces."},
        {"Buongiorno", "vorremmo invitarLa a un colloquio conoscitivo."},
        {"Olá", "Temos uma vaga aberta em Lisboa."},
        {"Goedemiddag", "bedankt voor je sollicitatie."},
        {"Dzień dobry", "prowadzimy rekrutację na stanowisko w Krakowie."},
        {"Hej", "vi har en ledig stilling i Bergen."},
        {"Hej igen", "tack för din ansökan, vi hör av oss."},
        {"Hei", "olemme saaneet hakemuksesi, kiitos mielenkiinnosta avoin paikka"},
        {"Dobrý den", "zveme vás na pohovor do naší firmy."},
        {"Добрый день", "Приглашаем вас на собеседование."},
        {"Вітаю", "Ми відкрили нову вакансію у Львові."},
        {"Merhaba", "iş başvurunuz için teşekkürler, başvurunuz bize ulaştı"},
        {"Bună ziua", "avem un loc de muncă pentru dumneavoastră"},
    };
    for (const auto& [subject, text] : mails) {
        const auto decision = decide(mail("Kim <kim@harrow-mills.example>", subject, text));
        EXPECT_TRUE(decision.pass) << text << " -- " << decision.reason;
    }
}

TEST(MailFilter, OtherMailIsStopped) {
    const std::vector<std::pair<const char*, const char*>> mails{
        {"Your parcel is on its way", "It will be with you between two and four."},
        {"Rechnung 4711", "anbei die Rechnung für Februar."},
        {"Re: Sunday", "Shall we bring the cake? The children want to swim."},
        {"Your receipt", "You paid 12.40 for two tickets to Brighton."},
        {"Votre facture", "Votre facture de mars est disponible."},
        {"Sign in from a new device", "We noticed a sign-in from Firefox on Linux."},
    };
    for (const auto& [subject, text] : mails) {
        const auto decision = decide(mail("shop@harrow-mills.example", subject, text));
        EXPECT_FALSE(decision.pass) << text << " -- " << decision.reason;
        EXPECT_THAT(decision.reason, HasSubstr("no word of jobs"));
    }
}

TEST(MailFilter, SaysWhatItGoesBy) {
    EXPECT_THAT(decide(mail("a@jobs.harrow-mills.example", "Hello", "-")).reason, HasSubstr("its sender"));
    EXPECT_THAT(decide(mail("a@mail.ashbyhq.com", "Hello", "-")).reason, HasSubstr("ashbyhq.com"));
    EXPECT_THAT(decide(mail("a@b.example", "5 new VACANCIES", "-")).reason, HasSubstr("the subject says \"vacanc"));
    EXPECT_THAT(decide(mail("a@b.example", "Hi", "a recruiter of ours")).reason, HasSubstr("the text says \"recruit"));
    EXPECT_THAT(filter().decide(mail("a@b.example", "Hi", "-"), "your resume", {}).reason, HasSubstr("resume"));
}

TEST(MailFilter, AnyNameWithThoseLettersIsNoSender) {
    EXPECT_FALSE(decide(mail("a@notashbyhq.com", "Hello", "-")).pass) << "another domain";
}

TEST(MailFilter, LinksToJobPagesAndDataOfAPostingCount) {
    RawMessage linked{.user = 1, .subject = "For you", .sender = "a@b.example"};
    linked.bytes =
        "From: a@b.example\r\nSubject: For you\r\nContent-Type: text/html\r\n\r\n"
        "<a href='https://b.example/jobs/1'>One</a> <a href='https://b.example/jobs/2'>Two</a>";
    EXPECT_THAT(decide(linked).reason, HasSubstr("links"));
    linked.bytes =
        "From: a@b.example\r\nSubject: For you\r\nContent-Type: text/html\r\n\r\n"
        "<a href='https://b.example/x?to=jobs'>One</a> <a href='https://b.example/y?to=jobs'>Two</a>";
    EXPECT_FALSE(decide(linked).pass) << "what a link carries along is not where it leads";
}

TEST(MailFilter, WhatTheUserSaidComesFirst) {
    const RawMessage alert = mail("Alerts <Alerts@Board.Example>", "3 new jobs", "-");
    EXPECT_FALSE(decide(alert, {{"alerts@board.example", false}}).pass);
    EXPECT_FALSE(decide(alert, {{"@example", false}}).pass);
    EXPECT_TRUE(decide(alert, {{"@board.example", false}, {"alerts@board.example", true}}).pass)
        << "the address says more than its domain";
    EXPECT_TRUE(decide(alert, {{"@example", false}, {"@board.example", true}}).pass);
    EXPECT_TRUE(decide(alert, {{"@oard.example", false}}).pass) << "a domain is whole";
    const auto always = decide(mail("aunt@family.example", "Sunday", "cake"), {{"@family.example", true}});
    EXPECT_TRUE(always.pass);
    EXPECT_THAT(always.reason, HasSubstr("@family.example"));
}

TEST(MailFilter, ReadsTheHeaderThatTheSourceDidNot) {
    RawMessage raw = mail("jobs@board.example", "3 new jobs", "-");
    raw.subject = raw.sender = "";
    EXPECT_TRUE(decide(raw).pass);
    EXPECT_FALSE(decide(raw, {{"@board.example", false}}).pass);
}

TEST(MailFilter, WhatItCanNotReadPasses) {
    RawMessage raw{.user = 1, .subject = "Hello", .sender = "a@b.example"};
    raw.format = MailFormat::GmailJson;
    raw.bytes = "{";
    EXPECT_TRUE(decide(raw).pass);
}

TEST(MailFilter, TakesTheAddressOutOfAHeader) {
    EXPECT_EQ(addressOf("Ada \"the <first>\" L. <ADA@Example.org>"), "ada@example.org");
    EXPECT_EQ(addressOf(" ada@example.org "), "ada@example.org");
    for (const char* none : {"", "<", "<>", "Ada", "Ada <", "   "}) EXPECT_EQ(addressOf(none), "") << none;
}

TEST(WordList, FindsWholeWordsOpenWordsAndPhrases) {
    const WordList list("# remark\njob\nrecruit*\noffene stelle*\n*praktikum*\nÉtude\n");
    const auto in = [&](const char* text) { return list.find(plainWords(text), 9); };
    using testing::ElementsAre;
    using testing::IsEmpty;
    EXPECT_THAT(in("A JOB!"), ElementsAre("job"));
    EXPECT_THAT(in("jobless"), IsEmpty());
    EXPECT_THAT(in("Recruitment, recruiters"), ElementsAre("recruit"));
    EXPECT_THAT(in("drei offene\n Stellen"), ElementsAre("offene stelle"));
    EXPECT_THAT(in("offene Fragen"), IsEmpty());
    EXPECT_THAT(in("Pflichtpraktikums"), ElementsAre("praktikum"));
    EXPECT_THAT(in("une etude"), ElementsAre("etude"));
    EXPECT_THAT(in(""), IsEmpty());
    EXPECT_EQ(list.find(plainWords("job recruiter praktikum"), 2).size(), 2U);
}

}  // namespace
}  // namespace nextjob::ingest
