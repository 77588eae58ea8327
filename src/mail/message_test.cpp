#include "support/mail_messages.hpp"

#include <gmock/gmock.h>

namespace nextjob::mail {
namespace {

using testing::hasDefect;
using ::testing::HasSubstr;
using testing::html;
using ::testing::Not;
using testing::parse;
using testing::plain;

std::string multipart(std::string_view type, std::initializer_list<std::string_view> parts) {
    std::string message =
        "From: Mill <jobs@mill.example>\nSubject: New jobs\nMIME-Version: 1.0\nContent-Type: multipart/"
        + std::string(type) + "; boundary=\"edge\"\n\nThis is a preamble.\n";
    for (const auto part : parts) message += "--edge\n" + std::string(part) + "\n";
    return message + "--edge--\nThis is an epilogue.\n";
}
std::string part(std::string_view type, std::string_view text) {
    return "Content-Type: " + std::string(type) + "\n\n" + std::string(text);
}

TEST(Document, LaysItsSectionsOut) {
    const auto message = parse(
        multipart("alternative", {part("text/plain", "Baker  at Mill\nLyon"), part("text/html", "<p>Baker</p>")}));
    const auto& document = *message.document;
    EXPECT_EQ(document.text, "From: Mill <jobs@mill.example>\nSubject: New jobs\n\nBaker\n\nBaker  at Mill\nLyon");
    EXPECT_EQ(document.slice(document.fromLine), "Mill <jobs@mill.example>");
    EXPECT_EQ(document.slice(document.subjectLine), "New jobs");
    EXPECT_EQ(document.slice(document.html), "Baker");
    EXPECT_EQ(document.slice(document.plain), "Baker  at Mill\nLyon");
    EXPECT_TRUE(document.structured.empty());
    EXPECT_FALSE(document.truncated);
}

TEST(Body, LeavesOutATextPartThatOnlyStandsIn) {
    for (const auto* text : {"", " \n\n", "https://example.com/view?x=1", "Your mail client does not support HTML.",
                             "To view this email in your browser, go to https://example.com/1",
                             "Si ce message ne s'affiche pas, ouvrez-le dans votre navigateur."}) {
        const auto message = parse(multipart(
            "alternative", {part("text/plain", text),
                            part("text/html", "<p>Baker at Mill, full time, in Lyon, from May on, with bread.</p>")}));
        EXPECT_EQ(plain(message), "") << text;
        EXPECT_THAT(html(message), HasSubstr("Baker"));
        EXPECT_THAT(message.document->text, Not(HasSubstr("\n\n\n")));
    }
}

TEST(Body, KeepsBothWhenTheHtmlSaysLess) {
    const auto message =
        parse(multipart("alternative", {part("text/plain", "Baker at Mill\nHTML is no must"),
                                        part("text/html", "<a href=https://mill.example/1>Learn more</a>")}));
    EXPECT_EQ(plain(message), "Baker at Mill\nHTML is no must");
    EXPECT_EQ(html(message), "Learn more");
}

TEST(Body, LeavesOutEmptyHtmlButKeepsItsTree) {
    const auto message =
        parse(multipart("alternative", {part("text/plain", "Baker"), part("text/html", "<img src=x>")}));
    EXPECT_EQ(message.document->text, "From: Mill <jobs@mill.example>\nSubject: New jobs\n\nBaker");
    ASSERT_EQ(message.document->nodes.size(), 2U);
    EXPECT_TRUE(message.document->nodes[1].text.empty());
}

TEST(Body, JoinsInlineTextsInOrderAndLeavesAttachmentsOut) {
    const auto message = parse(multipart(
        "mixed", {part("text/plain", "one"),
                  "Content-Type: text/plain\nContent-Disposition: attachment; filename=\"cv.txt\"\n\nno",
                  "Content-Type: application/pdf; "
                  "name=\"=?utf-8?Q?Offre_d=C3=A9taill=C3=A9e.pdf?=\"\nContent-Transfer-Encoding: base64\n\nQUFB",
                  part("text/calendar", "BEGIN:VCALENDAR"), part("text/plain; charset=iso-8859-1", "tw\xF6")}));
    EXPECT_EQ(plain(message), "one\n\ntwö");
    ASSERT_EQ(message.attachments.size(), 2U);
    EXPECT_EQ(message.attachments[0].name, "cv.txt");
    EXPECT_EQ(message.attachments[1].name, "Offre détaillée.pdf");
    EXPECT_EQ(message.attachments[1].type, "application/pdf");
}

TEST(Body, ReadsNestedMultiparts) {
    const auto message = parse(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: "
        "multipart/related; boundary=\"in ner\"\n\n"
        "--in ner\nContent-Type: multipart/alternative; boundary=alt\n\n--alt\n\ntext\n--alt\nContent-Type: "
        "text/html\n\n<b>html</b>\n--alt--\n"
        "--in ner\nContent-Type: image/png\n\nxx\n--in ner--\n\n--outer\nContent-Type: "
        "text/html\n\n<i>footer</i>\n--outer--\n");
    EXPECT_EQ(html(message), "html\nfooter");
    EXPECT_EQ(plain(message), "text");
}

TEST(Body, ReadsForwardedMessages) {
    const auto message = parse(multipart("mixed", {part("text/plain", "see below"),
                                                   "Content-Type: message/rfc822\n\nFrom: x@y.example\nSubject: "
                                                   "inner\nContent-Type: text/html\n\n<p>Baker</p>"}));
    EXPECT_EQ(plain(message), "see below");
    EXPECT_EQ(html(message), "Baker");
    EXPECT_EQ(message.subject, "New jobs");
    const auto encoded = parse(
        "From: a@b.example\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        "U3ViamVjdDogaW5uZXIKCkNvb2s=\n");
    EXPECT_EQ(plain(encoded), "Cook");
}

TEST(Body, ReadsDigestsOfMessages) {
    const auto message = parse(multipart("digest", {"\nSubject: a\n\none", "\nSubject: b\n\ntwo"}));
    EXPECT_EQ(plain(message), "one\n\ntwo");
}

TEST(Body, ReadsMultipartsThatAreBroken) {
    const auto cut = parse(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: "
        "text/html\n\n<p>Bak");
    EXPECT_EQ(html(cut), "Bak");
    const auto never = parse("From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\nBaker");
    EXPECT_EQ(plain(never), "Baker");
    EXPECT_TRUE(hasDefect(never, "has no parts"));
    const auto undeclared = parse(
        "From: a@b.example\nContent-Type: multipart/mixed\n\n--zz\nContent-Type: "
        "text/plain\n\nBaker\n--zz--\n");
    EXPECT_EQ(plain(undeclared), "Baker");
    const auto prefix = parse(
        "From: a@b.example\nContent-Type: multipart/mixed; "
        "boundary=x\n\n--x\n\none\n--xy\n--x-\ntwo\n--x--\n");
    EXPECT_EQ(plain(prefix), "one\n--xy\n--x-\ntwo");
}

TEST(Body, TakesHtmlForHtmlWhateverTheLabel) {
    EXPECT_EQ(html(parse("From: a@b.example\nContent-Type: text/plain\n\n<!DOCTYPE html><html><p>Baker</p></html>")),
              "Baker");
}

TEST(TransferEncoding, IsUndone) {
    EXPECT_EQ(
        plain(parse("From: a@b.example\nContent-Transfer-Encoding: quoted-printable\n\nBa=\nker =E2=82=AC=3D=\n")),
        "Baker €=");
    EXPECT_EQ(plain(parse("From: a@b.example\nContent-Transfer-Encoding: BASE64\n\nQmFr\r\nZXI=")), "Baker");
    EXPECT_EQ(plain(parse("From: a@b.example\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 "
                          "a.txt\n%0F%K97( \n \nend\n")),
              "Baker");
    EXPECT_EQ(plain(parse("From: a@b.example\nContent-Transfer-Encoding: x-made-up\n\nBaker")), "Baker");
}

TEST(TransferEncoding, FalseQuotedPrintableStaysAsItIs) {
    const auto message = parse(
        "From: a@b.example\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<a class=\"x\" href=\"https://example.com/?id=ab\">Baker</a>");
    ASSERT_EQ(message.document->nodes.size(), 3U);
    EXPECT_EQ(message.document->attribute(message.document->nodes[1], "href"), "https://example.com/?id=ab");
    EXPECT_TRUE(hasDefect(message, "quoted-printable"));
}

TEST(FlowedText, IsJoinedAndItsQuotesKept) {
    EXPECT_EQ(plain(parse("From: a@b.example\nContent-Type: text/plain; format=flowed\n\nBaker \nat Mill\n> "
                          "quoted \n> text\n-- \nme\n")),
              "Baker at Mill\n> quoted text\n--\nme");
    EXPECT_EQ(plain(parse("From: a@b.example\nContent-Type: text/plain; format=flowed; delsp=yes\n\nBak \ner\n")),
              "Baker");
}

TEST(PlainText, KeepsFieldGaps) {
    EXPECT_EQ(plain(parse("From: a@b.example\n\nBaker     Lyon\tfull  time \n\n\n\n end")),
              "Baker  Lyon  full  time\n\nend");
}

TEST(Limits, AreSaidWhenTheyCut) {
    Limits limits;
    limits.textBytes = 100;
    const auto text = parse("From: a@b.example\n\n" + std::string(300, 'x'), limits);
    EXPECT_EQ(plain(text).size(), 100U);
    EXPECT_TRUE(text.document->truncated);
    EXPECT_TRUE(hasDefect(text, "100 bytes"));

    limits = {};
    limits.messageBytes = 40;
    const auto whole = parse("From: a@b.example\n\n" + std::string(300, 'x'), limits);
    EXPECT_EQ(plain(whole).size(), 21U);
    EXPECT_TRUE(hasDefect(whole, "40 bytes"));

    limits = {};
    limits.parts = 2;
    const auto parts =
        parse(multipart("mixed", {part("text/plain", "a"), part("text/plain", "b"), part("text/plain", "c")}), limits);
    EXPECT_EQ(plain(parts), "a\n\nb");
    EXPECT_TRUE(hasDefect(parts, "more than 2 parts"));

    limits = {};
    std::string nested = "From: a@b.example\n";
    for (int i = 0; i < 5000; ++i) {
        const auto edge = "b" + std::to_string(i);
        nested += "Content-Type: multipart/mixed; boundary=" + edge + "\n\n--" + edge + "\n";
    }
    const auto deep = parse(nested + "\nBaker", limits);
    EXPECT_TRUE(deep.document->truncated);
    EXPECT_TRUE(hasDefect(deep, "nested deeper than 64"));
}

TEST(ParseMessage, RefusesOnlyWhatHoldsNothing) {
    for (const auto* bytes : {"", "\n\n", "From me\n"}) {
        const auto message = parseMessage(bytes);
        ASSERT_FALSE(message.has_value());
        EXPECT_EQ(message.error().code, ErrorCode::Invalid);
    }
    EXPECT_TRUE(parseMessage("Subject: x").has_value());
}

TEST(ParseAny, TellsGmailFromRfc822) {
    EXPECT_EQ(parseAny(" \n{\"snippet\":\"Baker\"}")->document->text, "Baker");
    EXPECT_EQ(parseAny("Subject: {x}\n\nBaker")->document->text, "Subject: {x}\n\nBaker");
}

}  // namespace
}  // namespace nextjob::mail
