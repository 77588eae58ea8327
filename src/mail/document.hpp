#pragma once

#include "model/span.hpp"

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::mail {

// The HTML elements that a reader of mail tells apart; every other one is Other.
enum class Tag : std::uint8_t {
    Root,
    Text,
    Other,
    A,
    Abbr,
    Address,
    Article,
    Aside,
    B,
    Blockquote,
    Body,
    Br,
    Button,
    Caption,
    Center,
    Code,
    Dd,
    Div,
    Dl,
    Dt,
    Em,
    Figure,
    Font,
    Footer,
    Form,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Head,
    Header,
    Hr,
    Html,
    I,
    Img,
    Input,
    Label,
    Li,
    Link,
    Main,
    Map,
    Meta,
    Nav,
    Ol,
    Option,
    P,
    Pre,
    Script,
    Section,
    Select,
    Small,
    Span,
    Strong,
    Style,
    Sub,
    Sup,
    Table,
    Tbody,
    Td,
    Textarea,
    Tfoot,
    Th,
    Thead,
    Time,
    Title,
    Tr,
    U,
    Ul,
};

struct Attribute {
    std::string_view name;   // lower case
    std::string_view value;  // entities resolved
};

// An element or a run of text, in document order (preorder): a node's descendants are the nodes
// [its index + 1, end).
struct Node {
    Tag tag = Tag::Other;
    bool hidden = false;  // not shown to a reader (display:none, zero size, colour of the ground, …)
    std::uint16_t depth = 0;
    std::uint32_t parent = 0;  // index; the root is its own parent
    std::uint32_t end = 0;     // index one past the last descendant
    Span text;                 // what the node shows, in Document::text; empty when hidden
    std::uint32_t firstAttribute = 0;
    std::uint16_t attributeCount = 0;
};

// One scalar of a schema.org item (JSON-LD or microdata): "hiringOrganization.name" and where its value
// stands in Document::text.
struct StructuredField {
    std::string path;
    Span value;
};

struct StructuredItem {
    std::string type;  // last part of the type's name: "JobPosting"
    std::vector<StructuredField> fields;
};

// What a person sees of one message: its words as clean UTF-8 text, and the tree of its HTML with each
// node's place in that text.
//
// The text is, each section only when the message has it and separated by an empty line:
//   "From: NAME <ADDRESS>\nSubject: SUBJECT\n" (headers), the HTML part's visible words (html), the plain
//   part's words (plain), and schema.org data, a line a scalar: "path: value" (structured).
// A plain or HTML part that is empty or a placeholder ("your client can't show HTML") is left out when the
// other says more. White space inside a line is folded to one space (no-break and thin spaces too, where they
// stand between words); in the plain part a run of two or more spaces or a tab becomes two spaces, because
// senders separate fields by it. Lines are trimmed; block elements, table cells and <br> end a line; runs of
// empty lines are one. Zero-width, bidi-control, soft-hyphen and preheader padding characters are dropped.
// Owned by its message, immutable once built; stays where it is, because nodes point into the arena.
struct Document {
    std::string text;
    Span headers, fromLine, subjectLine;  // fromLine and subjectLine without the "From: " and "Subject: "
    Span html, plain, structured;
    std::vector<Node> nodes;  // of the HTML part; nodes[0] is the root; empty without HTML
    std::vector<Attribute> attributes;
    std::vector<StructuredItem> items;
    std::string hiddenText;                     // what the HTML hides from the reader, bounded
    bool truncated = false;                     // a limit cut the message; what is here is its beginning
    std::pmr::monotonic_buffer_resource arena;  // holds what attributes point to

    std::string_view slice(Span span) const { return std::string_view(text).substr(span.begin, span.size()); }

    // The attribute's value, or "" when the node lacks it.
    std::string_view attribute(const Node& node, std::string_view name) const;
};

}  // namespace nextjob::mail
