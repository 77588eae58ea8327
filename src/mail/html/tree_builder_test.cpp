#include "support/mail_messages.hpp"

#include <gmock/gmock.h>

namespace nextjob::mail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hiddenIn;
using testing::html;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::parseHtml;
using testing::textOf;
using testing::wordsOf;

TEST(HtmlText, EndsLinesAtBlocksCellsAndBreaks) {
    EXPECT_EQ(textOf("<div>Baker</div><p>Bread &amp; Co</p>Lyon<br>Full time"), "Baker\nBread & Co\nLyon\nFull time");
    EXPECT_EQ(textOf("<table><tr><td>Baker<td>Lyon<tr><td>Cook</table>"), "Baker\nLyon\nCook");
    EXPECT_EQ(textOf("a<br><br><br><br>b"), "a\n\nb");
}

TEST(HtmlText, FoldsWhiteSpaceAndDropsWhatCannotBeSeen) {
    EXPECT_EQ(textOf("  Head\n\t of&nbsp;&thinsp;  <b>sales</b> "), "Head of sales");
    EXPECT_EQ(textOf("Ba&shy;ker&zwnj;&#8203;&#x200F;&#847;"), "Baker");
    EXPECT_EQ(textOf("<p>&#847;&zwnj;&nbsp;&#8199;</p><p>Baker</p>"), "Baker");
}

TEST(HtmlText, KeepsLinesOfPreformattedText) { EXPECT_EQ(textOf("<pre>one\ntwo\n\nthree</pre>"), "one\ntwo\n\nthree"); }

TEST(HtmlText, BreaksLinesWhereStyleMakesBlocks) {
    EXPECT_EQ(textOf("<a style='display:block'>Baker</a><span style=\"color:red; display: block\">Lyon</span>"),
              "Baker\nLyon");
}

TEST(HtmlText, ResolvesReferencesAsBrowsersDo) {
    EXPECT_EQ(textOf("&eacute;&#233;&#xE9;&copy;&copy 2&hellip;&bull;&unknown; &amp;lt; a&b &#150;"),
              "ééé©© 2…•&unknown; &lt; a&b –");
    EXPECT_EQ(textOf("&#0;&#xD800;&#99999999;"), "\uFFFD\uFFFD\uFFFD");
}

TEST(HtmlText, LeavesOutImagesAltButKeepsIt) {
    const auto message = parseHtml("<img alt='Logo of Acme' src=x>Hello");
    EXPECT_EQ(html(message), "Hello");
    EXPECT_EQ(message.document->attribute(message.document->nodes[1], "alt"), "Logo of Acme");
}

TEST(HtmlText, SkipsCommentsScriptsStylesAndTitles) {
    EXPECT_EQ(textOf("<title>x</title><style>p{}</style><script>if (a<b) x('</p>')</script><!-- no --><p>yes"), "yes");
    EXPECT_EQ(textOf("<!--[if mso]><p>outlook</p><![endif]-->a<!--[if !mso]><!-->b<!--<![endif]-->c<![if "
                     "x]>d<![endif]>"),
              "abcd");
    EXPECT_EQ(textOf("<!-->a<!--->b<!-- x --!>c"), "abc");
}

TEST(HtmlText, SurvivesMarkupThatIsNone) {
    EXPECT_EQ(textOf("1 < 2 and 3 <4 </ > x"), "1 < 2 and 3 <4 x");
    EXPECT_EQ(textOf("no markup at all"), "no markup at all");
    EXPECT_EQ(textOf("<p>cut off <a href=\"http"), "cut off");
}

TEST(HtmlTree, ClosesCellsRowsItemsAndParagraphsThatStayOpen) {
    const auto table = parseHtml("<table><tr><td>a<td>b<tr><td>c<table><tr><td>d</table>e</table>");
    EXPECT_THAT(wordsOf(table, Tag::Td), ElementsAre("a", "b", "c\nd\ne", "d"));
    EXPECT_THAT(wordsOf(table, Tag::Tr), ElementsAre("a\nb", "c\nd\ne", "d"));
    EXPECT_THAT(wordsOf(parseHtml("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>"), Tag::Li),
                ElementsAre("a", "b\nc", "c", "d"));
    EXPECT_THAT(wordsOf(parseHtml("<p>a<p>b<div>c</div>"), Tag::P), ElementsAre("a", "b"));
}

TEST(HtmlTree, KeepsBlocksAndTablesInsideLinks) {
    const auto message = parseHtml("<a href=/1><table><tr><td>Baker<td>Lyon</table></a><a href=/2><div>Cook</div></a>");
    EXPECT_THAT(wordsOf(message, Tag::A), ElementsAre("Baker\nLyon", "Cook"));
}

TEST(HtmlTree, ALinkEndsTheLinkBeforeIt) {
    EXPECT_THAT(wordsOf(parseHtml("<a href=/1>one<a href=/2>two</a> rest"), Tag::A), ElementsAre("one", "two"));
    const auto crossed = parseHtml("<div><a href=/1>one<div>two</a> three</div>four</div>five");
    EXPECT_THAT(wordsOf(crossed, Tag::A), ElementsAre("one\ntwo"));
    EXPECT_THAT(wordsOf(crossed, Tag::Div), ElementsAre("one\ntwo\nthree\nfour", "two"));
}

TEST(HtmlTree, StrayEndTagsDoNotCloseWhatIsOutsideTheCell) {
    const auto message = parseHtml("<div>a<table><tr><td>b</div></p></b>c</td><td>d</td></tr></table>e</div>");
    EXPECT_THAT(wordsOf(message, Tag::Td), ElementsAre("b\nc", "d"));
    EXPECT_THAT(wordsOf(message, Tag::Div), ElementsAre("a\nb\nc\nd\ne"));
}

TEST(HtmlTree, TakesSeveralDocumentsAsOne) {
    EXPECT_EQ(textOf("<html><body>one</body></html><html><head><title>x</title></head><body>two</body></html>three"),
              "one\ntwo\nthree");
}

TEST(HtmlTree, SpansHoldTheWordsAndNoSpaceAround) {
    const auto message = parseHtml("<div> <a href=x> Head of <b> sales </b> </a> </div> <p>Lyon</p>");
    EXPECT_THAT(wordsOf(message, Tag::A), ElementsAre("Head of sales"));
    EXPECT_THAT(wordsOf(message, Tag::B), ElementsAre("sales"));
    EXPECT_THAT(wordsOf(message, Tag::Text), ElementsAre("Head of", "sales", "Lyon"));
}

TEST(HtmlTree, KeepsTheAttributesThatLaterStagesRead) {
    const auto message = parseHtml(
        "<A HREF=\" https://example.com/?a=1&amp;b=2&copy=3 \" onclick=x() class=card data-Id='7' "
        "href=second>go</A>");
    const auto& node = message.document->nodes[1];
    EXPECT_EQ(message.document->attribute(node, "href"), "https://example.com/?a=1&b=2&copy=3");
    EXPECT_EQ(message.document->attribute(node, "class"), "card");
    EXPECT_EQ(message.document->attribute(node, "data-id"), "7");
    EXPECT_EQ(message.document->attribute(node, "onclick"), "");
}

TEST(HtmlTree, ReadsUnquotedAttributes) {
    const auto message = parseHtml("<td class=job align=center><a href=https://example.com/a/b/ target=_blank>go</a>");
    EXPECT_EQ(message.document->attribute(message.document->nodes[1], "class"), "job");
    EXPECT_EQ(message.document->attribute(message.document->nodes[2], "href"), "https://example.com/a/b/");
}

TEST(HtmlTree, DeepElementsLieFlat) {
    Limits limits;
    limits.nodeDepth = 3;
    const auto message = parseHtml("<div><div><div><div><div>deep</div></div></div></div>up</div><p>out</p>", limits);
    EXPECT_EQ(html(message), "deep\nup\nout");
    for (const auto& node : message.document->nodes) EXPECT_LE(node.depth, 4);
    EXPECT_THAT(wordsOf(message, Tag::P), ElementsAre("out"));
}

TEST(HtmlTree, LinksInDeepElementsHoldTheirWords) {
    Limits limits;
    limits.nodeDepth = 3;
    const auto message = parseHtml(
        "<div><div><div><div><a href=https://example.com/a>one</a> and <a href=https://example.com/b>two</a> more"
        "</div></div></div></div>",
        limits);
    EXPECT_EQ(html(message), "one and two more");
    EXPECT_THAT(wordsOf(message, Tag::A), ElementsAre("one", "two"));
}

TEST(HtmlTree, StopsAtTheLimitOfElementsAndSaysSo) {
    Limits limits;
    limits.nodes = 10;
    const auto message = parseHtml("<p>a<p>b<p>c<p>d<p>e<p>f<p>g<p>h", limits);
    EXPECT_LE(message.document->nodes.size(), 10U);
    EXPECT_TRUE(message.document->truncated);
    EXPECT_TRUE(testing::hasDefect(message, "over the limit of 10 elements"));
    EXPECT_TRUE(html(message).starts_with("a\nb"));
}

class HiddenStyles : public ::testing::TestWithParam<const char*> {};

TEST_P(HiddenStyles, AreNotShown) {
    const auto markup =
        std::string("<p>seen</p><div style=\"") + GetParam() + "\">secret <b>words</b></div><p>again</p>";
    EXPECT_EQ(textOf(markup), "seen\nagain");
    EXPECT_EQ(hiddenIn(markup), "secret words");
}

INSTANTIATE_TEST_SUITE_P(Html, HiddenStyles,
                         ::testing::Values("display:none", "DISPLAY : NONE !important", "visibility:hidden",
                                           "font-size:0", "font-size:1px;line-height:1px",
                                           "max-height:0;overflow:hidden", "height:0px; overflow: hidden", "opacity:0",
                                           "color:#FFFFFF", "color:white;background:#fff",
                                           "background-color:rgb(10, 20, 30);color:#0a141e", "text-indent:-9999px",
                                           "position:absolute;left:-5000px",
                                           "background:url(data:image/png;base64,AA==) #fff;display:none"));

class ShownStyles : public ::testing::TestWithParam<const char*> {};

TEST_P(ShownStyles, AreShown) {
    EXPECT_EQ(textOf(std::string("<div style=\"") + GetParam() + "\">seen</div>"), "seen");
}

INSTANTIATE_TEST_SUITE_P(Html, ShownStyles,
                         ::testing::Values("display:block", "font-size:11px", "font-size:1em", "max-height:0",
                                           "color:#fff;background:#0073b1", "color:#fff;background:url(x.png)",
                                           "opacity:0.5", "mso-hide:all",
                                           "background:linear-gradient(#fff,#000);color:#fff", "width:0"));

TEST(HiddenText, IsInheritedAndTakenBackWhereCssDoesSo) {
    EXPECT_EQ(textOf("<td style='font-size:0'><div style='font-size:14px'>seen</div></td>"), "seen");
    EXPECT_EQ(textOf("<div style='visibility:hidden'>no<p style='visibility:visible'>seen</p></div>"), "seen");
    EXPECT_EQ(textOf("<div style='display:none'><p style='display:block'>no</p></div>"), "");
    EXPECT_EQ(textOf("<table bgcolor=#000000><tr><td style='color:#fff'>seen</td></tr></table>"), "seen");
    EXPECT_EQ(textOf("<div style='color:#fff'><a href=x>seen</a></div>"), "seen");
    EXPECT_EQ(textOf("<p hidden>no</p><font color=white>no</font>seen"), "seen");
}

TEST(HiddenText, FollowsTheStyleSheetOutsideMediaQueries) {
    EXPECT_EQ(textOf("<style>/* x */ .mobile, td.pre {display:none} #x{visibility:hidden} @media "
                     "(max-width:1px){.wide{display:none}}"
                     "</style><p class='a mobile'>no<p id=x>no<p class=wide>seen"),
              "seen");
    EXPECT_EQ(textOf("<style>.button{background:#00f}</style><p class=button style='color:#fff'>seen"), "seen");
    EXPECT_EQ(textOf("<style>.a .b{display:none} .c:hover{display:none}</style><p class=b>seen<p class=c>too"),
              "seen\ntoo");
}

TEST(HiddenText, MarksTheNodes) {
    const auto message = parseHtml("<div style='display:none'><b>no</b></div><div>yes</div>");
    for (const auto& node : message.document->nodes) {
        if (node.tag == Tag::B) {
            EXPECT_TRUE(node.hidden);
            EXPECT_TRUE(node.text.empty());
        }
    }
}

TEST(HiddenText, IsBounded) {
    std::string markup = "<p style='display:none'>";
    for (int i = 0; i < 50'000; ++i) markup += "secret ";
    EXPECT_LE(hiddenIn(markup).size(), 64U << 10);
}

// Each of these took a general parser seconds to minutes; here only the outcome is stated, the time is the
// bench's.
TEST(HostileHtml, EndsAndKeepsTheWordsThatStandFirst) {
    const auto many = [](std::string_view piece, int count) {
        std::string all = "first ";
        for (int i = 0; i < count; ++i) all += piece;
        return all;
    };
    for (const auto* piece :
         {"<div>", "<table><tr><td>", "<a href=x><b><p>", "<!--", "<a b=\"", "&amp", "</x></b></div>",
          "<font><p><li><dd>", "<style>", "<svg><title>", "<p a=1 b=2 c=3>", "<![CDATA[", "<td><tr><tbody></table>"}) {
        EXPECT_TRUE(textOf(many(piece, 100'000)).starts_with("first")) << piece;
    }
    std::string attributes = "first <p ";
    for (int i = 0; i < 100'000; ++i) attributes += "data-a" + std::to_string(i) + "=1 ";
    EXPECT_EQ(textOf(attributes + ">second"), "first\nsecond");
}

}  // namespace
}  // namespace nextjob::mail
