#include "analyse/extract/extractor.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace nextjob::analyse {
namespace {

const Extractor& extractor() {
    static const Extractor instance;
    return instance;
}

struct Read {
    mail::Message message;
    Extraction extraction;
};

Read read(std::string_view headers, std::string_view type, std::string_view body) {
    std::string bytes(headers);
    bytes += "Date: Mon, 09 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: ";
    bytes += type;
    bytes += "; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    bytes += body;
    auto message = mail::parseMessage(bytes);
    EXPECT_TRUE(message.has_value());
    auto extraction = extractor().extract(*message);
    return {std::move(*message), std::move(extraction)};
}

constexpr std::string_view unknownBoard =
    "From: Harbour Jobs <alerts@harbourjobs.example>\r\nSubject: 3 new jobs for you\r\n";

std::string value(const std::optional<Proven<std::string>>& field) { return field ? field->value : ""; }

// What stands at the evidence is what the field says: no evidence, no value.
void expectProven(const Read& read) {
    const auto& document = *read.message.document;
    for (const auto& offer : read.extraction.offers) {
        EXPECT_EQ(document.slice(offer.title.evidence), offer.title.value);
        if (offer.company) {
            EXPECT_EQ(document.slice(offer.company->evidence), offer.company->value);
        }
        if (offer.location) {
            EXPECT_EQ(document.slice(offer.location->evidence), offer.location->value);
        }
        if (offer.salary) {
            EXPECT_EQ(document.slice(offer.salary->evidence), offer.salary->value.verbatim);
        }
        if (offer.applyLink) {
            EXPECT_FALSE(offer.applyLink->evidence.empty());
        }
    }
}

void expectSalary(const Offer& offer, const Salary& expected) {
    ASSERT_TRUE(offer.salary) << offer.title.value;
    const auto& salary = offer.salary->value;
    EXPECT_EQ(salary.minimum, expected.minimum);
    EXPECT_EQ(salary.maximum, expected.maximum);
    EXPECT_EQ(salary.currency, expected.currency);
    EXPECT_EQ(salary.period, expected.period);
}

TEST(Extractor, findsCardsOfASenderNeverSeen) {
    std::string html = "<h1>3 new jobs for you</h1><table>";
    for (const std::string_view row :
         {"<tr><td><a href='https://harbourjobs.example/job/10001-crane-operator'><b>Crane Operator</b></a>"
          "<p>Quayside Lifting Ltd</p><p>Rotterdam, Netherlands</p><p>€ 2.900 - 3.400 per month</p></td></tr>",
          "<tr><td><a href='https://harbourjobs.example/job/10002-ship-broker'><b>Ship Broker</b></a>"
          "<p>Northlight Shipping</p><p>Hamburg</p></td></tr>",
          "<tr><td><a href='https://harbourjobs.example/job/10003-port-engineer'><b>Port Engineer</b></a>"
          "<p>Delta Terminals BV</p><p>Antwerp, Belgium</p><p>Hybrid</p></td></tr>"})
        html += row;
    html +=
        "</table><a href='https://harbourjobs.example/jobs'>See all jobs</a>"
        "<a href='https://harbourjobs.example/unsubscribe'>Unsubscribe</a>";
    const auto result = read(unknownBoard, "text/html", html);

    EXPECT_EQ(result.extraction.kind, MailKind::Alert);
    EXPECT_EQ(result.extraction.announced, 3);
    ASSERT_EQ(result.extraction.offers.size(), 3);
    const auto& crane = result.extraction.offers[0];
    EXPECT_EQ(crane.title.value, "Crane Operator");
    EXPECT_EQ(value(crane.company), "Quayside Lifting Ltd");
    EXPECT_EQ(value(crane.location), "Rotterdam, Netherlands");
    EXPECT_EQ(value(crane.applyLink), "https://harbourjobs.example/job/10001-crane-operator");
    expectSalary(crane,
                 {.verbatim = {}, .minimum = 2900, .maximum = 3400, .currency = "EUR", .period = SalaryPeriod::Month});
    ASSERT_TRUE(result.extraction.offers[2].workMode);
    EXPECT_EQ(result.extraction.offers[2].workMode->value, WorkMode::Hybrid);
    expectProven(result);
}

TEST(Extractor, readsParagraphsOfPlainText) {
    const auto result =
        read(unknownBoard, "text/plain",
             "Hello,\r\n\r\nBaker\r\nCrumb & Sons\r\nLyon\r\nhttps://harbourjobs.example/job/2001\r\n\r\n"
             "Pastry Chef\r\nMaison Sucre\r\nParis\r\nhttps://harbourjobs.example/job/2002\r\n\r\n"
             "Unsubscribe: https://harbourjobs.example/unsubscribe\r\n");
    ASSERT_EQ(result.extraction.offers.size(), 2);
    EXPECT_EQ(result.extraction.offers[0].title.value, "Baker");
    EXPECT_EQ(value(result.extraction.offers[0].company), "Crumb & Sons");
    EXPECT_EQ(value(result.extraction.offers[1].location), "Paris");
    expectProven(result);
}

TEST(Extractor, takesCompaniesBeforeTitles) {
    std::string html;
    for (const std::string_view n : {"0", "1", "2"}) {
        html += fmt::format(
            "<table><tr><td style='color:#888'>Firm {0} GmbH</td></tr><tr><td><a "
            "href='https://harbourjobs.example/job/300{0}'>Senior "
            "Accountant</a></td></tr><tr><td>Berlin</td></tr></table>",
            n);
    }
    const auto result = read(unknownBoard, "text/html", html);
    ASSERT_EQ(result.extraction.offers.size(), 3);
    EXPECT_EQ(value(result.extraction.offers[1].company), "Firm 1 GmbH");
    EXPECT_EQ(value(result.extraction.offers[2].company), "Firm 2 GmbH");
}

TEST(Extractor, countsAJobListedTwiceOnce) {
    const std::string card =
        "<div><a href='https://harbourjobs.example/job/4001?utm_source=a'>Night Nurse</a><p>St. "
        "Anne</p><p>Vienna</p></div>";
    const auto result = read(unknownBoard, "text/html", card + "<h2>Also for you</h2>" + card);
    EXPECT_EQ(result.extraction.offers.size(), 1);
}

TEST(Extractor, opensWrappersThatSpellTheirTarget) {
    const auto result =
        read(unknownBoard, "text/html",
             "<div><a href='https://click.mailer.example/r?url=https%3A%2F%2Fharbourjobs.example%2Fjob%2F5001'>"
             "Dock Manager</a><p>Quay Ltd</p><p>Hull</p></div>");
    ASSERT_EQ(result.extraction.offers.size(), 1);
    EXPECT_EQ(value(result.extraction.offers[0].applyLink), "https://harbourjobs.example/job/5001");
}

TEST(Extractor, readsWhatHiddenTextSaysAsHidden) {
    const auto result =
        read(unknownBoard, "text/html",
             "<div style='display:none'><a href='https://harbourjobs.example/job/6666'>Chief Fraud Officer</a>"
             "<p>Nobody Ltd</p></div><div><a href='https://harbourjobs.example/job/6001'>Dock Manager</a>"
             "<p>Quay Ltd</p><p>Hull</p></div>");
    ASSERT_EQ(result.extraction.offers.size(), 1);
    EXPECT_EQ(result.extraction.offers[0].title.value, "Dock Manager");
}

TEST(Extractor, readsARecruitersLetter) {
    const auto result =
        read("From: Mara Lind <mara.lind@fjordsoft.example>\r\nSubject: A role at Fjordsoft\r\n", "text/plain",
             "Hi Robin,\r\n\r\nI came across your profile and would like to talk about an opening for a Senior Data "
             "Engineer at Fjordsoft in Oslo.\r\n\r\nBest regards,\r\nMara Lind\r\nTechnical Recruiter\r\n");
    EXPECT_EQ(result.extraction.kind, MailKind::Recruiter);
    ASSERT_EQ(result.extraction.offers.size(), 1);
    EXPECT_EQ(result.extraction.offers[0].title.value, "Senior Data Engineer");
    EXPECT_EQ(value(result.extraction.offers[0].company), "Fjordsoft");
    EXPECT_EQ(value(result.extraction.offers[0].location), "Oslo");
    expectProven(result);
}

TEST(Extractor, saysWhatAnApplicationMailIsAbout) {
    const auto result = read(
        "From: Fjordsoft Careers <no-reply@fjordsoft.example>\r\nSubject: Thank you for applying\r\n", "text/plain",
        "Dear Robin,\r\n\r\nWe have received your application for the Data Engineer position at Fjordsoft. "
        "We will review it soon.\r\n");
    EXPECT_EQ(result.extraction.kind, MailKind::Application);
    EXPECT_TRUE(result.extraction.offers.empty());
    ASSERT_TRUE(result.extraction.about);
    EXPECT_EQ(value(result.extraction.about->title), "Data Engineer");
    EXPECT_EQ(value(result.extraction.about->company), "Fjordsoft");
}

TEST(Extractor, tellsARejectionFromAnApplication) {
    const auto result =
        read("From: Fjordsoft <hr@fjordsoft.example>\r\nSubject: Your application to Fjordsoft\r\n", "text/plain",
             "Dear Robin,\r\n\r\nThank you for applying. Unfortunately we have decided to move forward with other "
             "candidates.\r\n");
    EXPECT_EQ(result.extraction.kind, MailKind::Rejection);
}

TEST(Extractor, makesNoOfferOfAReceipt) {
    const auto result = read("From: Shop <orders@shop.example>\r\nSubject: Your order confirmation\r\n", "text/html",
                             "<h1>Thank you for your order</h1><p><a href='https://shop.example/p/1'>Chef "
                             "Jacket</a></p><p>Acme</p><p>£20</p>"
                             "<p><a href='https://shop.example/p/2'>Engineer Boots</a></p><p>Acme</p><p>£60</p>");
    EXPECT_EQ(result.extraction.kind, MailKind::NotJob);
    EXPECT_TRUE(result.extraction.offers.empty());
}

TEST(Extractor, readsJobPostingData) {
    const auto result =
        read(unknownBoard, "text/html",
             "<script type='application/ld+json'>{\"@context\":\"https://schema.org\",\"@type\":\"JobPosting\","
             "\"title\":\"Lab Technician\",\"hiringOrganization\":{\"@type\":\"Organization\",\"name\":\"Petri Labs\"},"
             "\"jobLocation\":{\"@type\":\"Place\",\"address\":{\"addressLocality\":\"Basel\"}},"
             "\"url\":\"https://harbourjobs.example/job/7001\",\"datePosted\":\"2026-11-05\"}</script><p>One job for "
             "you</p>");
    ASSERT_EQ(result.extraction.offers.size(), 1);
    const auto& offer = result.extraction.offers[0];
    EXPECT_EQ(offer.title.value, "Lab Technician");
    EXPECT_EQ(value(offer.company), "Petri Labs");
    EXPECT_EQ(value(offer.location), "Basel");
    ASSERT_TRUE(offer.posted);
    EXPECT_EQ(offer.posted->value, std::chrono::year(2026) / 11 / 5);
    expectProven(result);
}

TEST(Extractor, namesTheEmployerOfACareerSite) {
    const auto result =
        read("From: Fuldawerke Karriere <jobs@fuldawerke.example>\r\nSubject: Neue Stellen\r\n", "text/html",
             "<p>Das sind die neuen Stellen bei der Fuldawerke AG, die zu Ihrer Suche passen:</p><ul>"
             "<li><a href='https://karriere.fuldawerke.example/job/Kassel-Schlosser/88121/'>Schlosser "
             "(m/w/d)</a><br>Kassel</li>"
             "<li><a href='https://karriere.fuldawerke.example/job/Kassel-Buchhalter/88122/'>Buchhalter "
             "(m/w/d)</a><br>Kassel</li></ul>");
    ASSERT_EQ(result.extraction.offers.size(), 2);
    EXPECT_EQ(value(result.extraction.offers[0].company), "Fuldawerke AG");
    EXPECT_EQ(result.extraction.language, "de");
}

TEST(Extractor, boundsAMailOfManyLinks) {
    std::string html;
    for (int i = 0; i < 5000; ++i)
        html += "<p><a href='https://harbourjobs.example/job/" + std::to_string(90000 + i)
                + "'>Driver</a> Acme, Berlin</p>";
    const auto result = read(unknownBoard, "text/html", html);
    EXPECT_LE(result.extraction.offers.size(), 1000);
    EXPECT_GE(result.extraction.offers.size(), 100);
}

}  // namespace
}  // namespace nextjob::analyse
