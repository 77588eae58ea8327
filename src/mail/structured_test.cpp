#include "support/mail_messages.hpp"

#include <gmock/gmock.h>

namespace nextjob::mail {
namespace {

using ::testing::ElementsAre;
using testing::parseHtml;

// "path=value" of each field of the item.
std::vector<std::string> fieldsOf(const Document& document, std::size_t item) {
    std::vector<std::string> fields;
    if (item >= document.items.size()) return fields;
    for (const auto& field : document.items[item].fields) {
        fields.push_back(field.path + "=" + std::string(document.slice(field.value)));
    }
    return fields;
}

std::string script(std::string_view json) {
    return "<p>x</p><script type=\"application/ld+json\">" + std::string(json) + "</script>";
}

TEST(StructuredData, JsonLdIsFlattened) {
    const auto message = parseHtml(script(R"({"@context":"https://schema.org","@type":"JobPosting","title":"Baker",
        "hiringOrganization":{"@type":"Organization","name":"Mill"},"employmentType":["FULL_TIME","PART_TIME"],
        "baseSalary":{"value":{"minValue":1800.5,"maxValue":2400}},"directApply":true,"description":"<p>Bread &amp; <b>rolls</b></p>"})"));
    const auto& document = *message.document;
    ASSERT_EQ(document.items.size(), 1U);
    EXPECT_EQ(document.items[0].type, "JobPosting");
    EXPECT_THAT(fieldsOf(document, 0),
                ElementsAre("title=Baker", "hiringOrganization.name=Mill", "employmentType=FULL_TIME",
                            "employmentType=PART_TIME", "baseSalary.value.minValue=1800.5",
                            "baseSalary.value.maxValue=2400", "directApply=true", "description=Bread & rolls"));
    EXPECT_TRUE(document.slice(document.structured).starts_with("title: Baker\nhiringOrganization.name: Mill\n"));
}

TEST(StructuredData, GraphsListsAndNestedPostingsAreItems) {
    const auto graph = parseHtml(
        script(R"({"@graph":[{"@type":"WebPage","name":"p"},{"@type":["Thing","JobPosting"],"title":"a"}]})"));
    ASSERT_EQ(graph.document->items.size(), 2U);
    EXPECT_EQ(graph.document->items[1].type, "JobPosting");
    const auto list =
        parseHtml(script(R"([{"@type":"ItemList","name":"jobs","itemListElement":[{"@type":"ListItem","position":1,
        "item":{"@type":"JobPosting","title":"a"}},{"@type":"JobPosting","title":"b"}]}])"));
    EXPECT_THAT(fieldsOf(*list.document, 1), ElementsAre("title=a"));
    EXPECT_THAT(fieldsOf(*list.document, 2), ElementsAre("title=b"));
}

TEST(StructuredData, WrappedAndEscapedJsonIsRead) {
    for (const auto* wrapped : {"<!-- {\"@type\":\"JobPosting\",\"title\":\"a\"} -->",
                                "//<![CDATA[\n{\"@type\":\"JobPosting\",\"title\":\"a\"}\n//]]>",
                                "<![CDATA[[{\"@type\":\"JobPosting\",\"title\":\"a\"}]]]>",
                                "{&quot;@type&quot;:&quot;JobPosting&quot;,&quot;title&quot;:&quot;a&quot;}",
                                "{\"@type\":\"http://schema.org/JobPosting\",\"title\":\"a\",}"}) {
        EXPECT_THAT(fieldsOf(*parseHtml(script(wrapped)).document, 0), ElementsAre("title=a")) << wrapped;
    }
}

TEST(StructuredData, DamagedJsonIsLeftOutAndSaidSo) {
    const auto message = parseHtml(script("{\"@type\":\"JobPosting\",\"title\":"));
    EXPECT_TRUE(message.document->items.empty());
    EXPECT_TRUE(testing::hasDefect(message, "schema.org"));
    EXPECT_TRUE(parseHtml(script(std::string(100'000, '['))).document->items.empty());
}

TEST(StructuredData, MicrodataIsFlattened) {
    const auto message = parseHtml(
        "<div itemscope itemtype=\"http://schema.org/JobPosting\"><a itemprop=\"url\" "
        "href=\"https://mill.example/1\"><span itemprop=title>Baker</span></a>"
        "<div itemprop=hiringOrganization itemscope itemtype=http://schema.org/Organization><b "
        "itemprop=name>Mill</b></div>"
        "<meta itemprop=datePosted content=2026-03-02></div><b itemprop=name>outside</b>");
    ASSERT_EQ(message.document->items.size(), 1U);
    EXPECT_EQ(message.document->items[0].type, "JobPosting");
    EXPECT_THAT(fieldsOf(*message.document, 0), ElementsAre("url=https://mill.example/1", "title=Baker",
                                                            "hiringOrganization.name=Mill", "datePosted=2026-03-02"));
}

}  // namespace
}  // namespace nextjob::mail
