#include "analyse/identity/links.hpp"

#include "analyse/identity/url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nextjob::analyse {
namespace {

TEST(LinkKey, oneJobOnABoardHasOneKeyInEveryForm) {
    const std::string key = "linkedin/4012345678";
    for (const auto* link : {"https://www.linkedin.com/jobs/view/4012345678",
                             "https://www.linkedin.com/comm/jobs/view/4012345678/?trk=eml-x",
                             "http://de.linkedin.com/jobs/view/backend-engineer-at-acme-4012345678?refId=a%2Bb",
                             "https://www.linkedin.com/jobs/search/?currentJobId=4012345678&f_TPR=r86400",
                             "HTTPS://LinkedIn.com/JOBS/view/4012345678#top",
                             "https://abc.awstrack.me/L0/"
                             "https:%2F%2Fwww.linkedin.com%2Fcomm%2Fjobs%2Fview%2F4012345678%2F%3Ftrk=x/1/0100/sig=9"})
        EXPECT_EQ(linkKey(link), key) << link;
}

TEST(LinkKey, knowsManyBoards) {
    EXPECT_EQ(linkKey("https://fr.indeed.com/viewjob?jk=0a1b2c3d4e5f6071&from=ja"), "indeed/0a1b2c3d4e5f6071");
    EXPECT_EQ(linkKey("https://www.indeed.co.uk/rc/clk?jk=0a1b2c3d4e5f6071&bb=x"), "indeed/0a1b2c3d4e5f6071");
    EXPECT_EQ(linkKey("https://www.glassdoor.com/job-listing/j?jl=1009123456789&guid=1"), "glassdoor/1009123456789");
    EXPECT_EQ(linkKey("https://www.glassdoor.de/partner/jobListing.htm?pos=101&jobListingId=1009123456789"),
              "glassdoor/1009123456789");
    EXPECT_EQ(linkKey("https://www.stepstone.de/stellenangebote--Data-Engineer-Berlin-Acme--11223344-inline.html?x=1"),
              "stepstone/11223344");
    EXPECT_EQ(linkKey("https://boards.greenhouse.io/acme/jobs/5512345?gh_src=abc"), "greenhouse/5512345");
    EXPECT_EQ(linkKey("https://acme.example/careers/opening?gh_jid=5512345"), "greenhouse/5512345");
    EXPECT_EQ(linkKey("https://jobs.lever.co/acme/0F0E0D0C-1111-2222-3333-444455556666/apply"),
              "lever/0f0e0d0c-1111-2222-3333-444455556666");
    EXPECT_EQ(linkKey("https://acme.wd3.myworkdayjobs.com/en-US/Careers/job/Berlin/Data-Engineer_R-12345-1?source=x"),
              "workday/acme.wd3.myworkdayjobs.com/R-12345");
    EXPECT_EQ(linkKey("https://jobs.smartrecruiters.com/Acme/743999812345678-data-engineer"),
              "smartrecruiters/743999812345678");
    EXPECT_EQ(linkKey("https://spb.hh.ru/vacancy/98765432?query=c"), "headhunter/98765432");
    EXPECT_EQ(linkKey("https://www.pracuj.pl/praca/programista-warszawa,oferta,1003456789"), "pracuj/1003456789");
}

TEST(LinkKey, aHostThatOnlyLooksLikeABoardIsNone) {
    EXPECT_EQ(linkKey("https://indeed.evil.example.net/viewjob?jk=0a1b2c3d4e5f6071").find("indeed/"),
              std::string::npos);
    EXPECT_EQ(linkKey("https://notlinkedin.com/jobs/view/4012345678").find("linkedin/"), std::string::npos);
}

TEST(LinkKey, otherLinksLoseWhatDiffersFromMailToMail) {
    const std::string key = linkKey("https://www.acme.example/careers/data-engineer/?id=17");
    EXPECT_EQ(key, "acme.example/careers/data-engineer?id=17");
    EXPECT_EQ(linkKey("http://acme.example/careers/data-engineer?utm_source=a&amp;id=17&trk=b#apply"), key);
    EXPECT_EQ(linkKey("https://user:pw@ACME.example:443//careers/data%2Dengineer?refId=1&id=17"), key);
    EXPECT_NE(linkKey("https://acme.example/careers/data-engineer?id=18"), key);
    EXPECT_NE(linkKey("https://acme.example/#/jobs/1"), linkKey("https://acme.example/#/jobs/2"));
}

TEST(LinkKey, trackersAndListPagesHaveNone) {
    for (const auto* link :
         {"https://u123.ct.sendgrid.net/ls/click?upn=AbCdEfGhIjKlMnOpQrStUv",
          "https://cts.indeed.com/v3/H4sIAAAAAAAA/xyz", "https://click.acme.example/f/a/xyz", "https://acme.example/",
          "https://acme.example/jobs", "mailto:a@b.example", "javascript:alert(1)", "", "https://", "not a link",
          "https://links.mail.acme.example/e/c/eyJl"})
        EXPECT_EQ(linkKey(link), "") << link;
}

TEST(LinkKey, looksIntoBase64) {
    // {"href":"https://acme.example/jobs/17"}
    EXPECT_EQ(linkKey("https://click.mail.example/e/c/eyJocmVmIjoiaHR0cHM6Ly9hY21lLmV4YW1wbGUvam9icy8xNyJ9/x"),
              "acme.example/jobs/17");
}

TEST(LinkKey, linksOverTheLimitHaveNone) {
    const std::string link = "https://acme.example/jobs/" + std::string(17U << 10U, 'a');
    EXPECT_EQ(linkKey(link), "");
    EXPECT_EQ(unwrap(link), link);
}

TEST(Unwrap, givesTheTargetThatAWrapperSpells) {
    const std::string target = "https://acme.example/jobs/17?a=b";
    for (const auto* link :
         {"https://x1.r.eu-west-1.awstrack.me/L0/https:%2F%2Facme.example%2Fjobs%2F17%3Fa=b/1/0102/sig=33",
          "https://www.google.com/url?q=https%3A%2F%2Facme.example%2Fjobs%2F17%3Fa%3Db&sa=D",
          "https://eur01.safelinks.protection.outlook.com/"
          "?url=https%3A%2F%2Facme.example%2Fjobs%2F17%3Fa%3Db&data=1",
          "https://urldefense.proofpoint.com/v2/url?u=https-3A__acme.example_jobs_17-3Fa-3Db&d=x",
          "https://urldefense.com/v3/__https://acme.example/jobs/17?a=b__;!!abc!xyz$",
          "https://urldefense.com/v3/__https://acme.example/jobs/17*a=b__;Pw!!abc!xyz$",
          "https://track.example/r?redirect=https%253A%252F%252Facme.example%252Fjobs%252F17%253Fa%253Db",
          "https://archive.example/web/2024/https://acme.example/jobs/17?a=b"})
        EXPECT_EQ(unwrap(link), target) << link;
}

TEST(Unwrap, opensWrappersInWrappers) {
    EXPECT_EQ(unwrap("https://www.google.com/"
                     "url?q=https%3A%2F%2Ft.example%2Fgo%3Furl%3Dhttps%253A%252F%252Facme.example%252Fj"),
              "https://acme.example/j");
}

TEST(Unwrap, leavesOtherLinksAsTheyAre) {
    for (const auto* link : {"https://acme.example/jobs/17?a=b",
                             "https://www.linkedin.com/jobs/view/4012345678?redirect=https%3A%2F%2Fa.example",
                             "https://acme.example/jobs/17?returnTo=https%3A%2F%2Facme.example%2F",
                             "mailto:hr@acme.example", "", "https://acme.example/?url=/jobs/17",
                             "https://acme.example/http-engineer", "https://acme.example/?url=https%3A%2F%2F"})
        EXPECT_EQ(unwrap(link), link) << link;
}

TEST(Url, takesWhatMailsHave) {
    const Url url = parseUrl("https://user@Acme.Example:8080/a//b?x=1&amp;y=%20;z#f");
    EXPECT_EQ(url.host, "acme.example");
    EXPECT_EQ(url.segments().size(), 2U);
    EXPECT_EQ(url.parameters().size(), 3U);
    EXPECT_EQ(url.fragment, "f");
    EXPECT_EQ(percentDecode("a%2Fb%zz%4"), "a/b%zz%4");
    EXPECT_EQ(base64Decode("aHR0cA=="), "http");
}

}  // namespace
}  // namespace nextjob::analyse
