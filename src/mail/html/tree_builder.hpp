#pragma once

#include "mail/document.hpp"
#include "mail/html/style.hpp"
#include "mail/html/tokenizer.hpp"
#include "mail/message.hpp"
#include "mail/text_writer.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::mail::html {

// Builds a Document's tree and its visible text in one pass over the tokens, closing and implying elements as
// the HTML standard does where mail needs it: unclosed cells, rows, items and paragraphs, links in links,
// stray and crossed end tags, several <html> and <body>. Each step costs a bounded walk over the open
// elements, so that nesting and stray tags can't make it quadratic.
class TreeBuilder {
  public:
    TreeBuilder(Document& document, const Limits& limits);

    // Adds one HTML part below the root; parts follow each other. The bytes must stay until finish().
    void add(std::string_view html);
    void finish();

    bool cut() const { return cut_; }  // a limit was met
    // The content of each <script type="application/ld+json">.
    const std::vector<std::string_view>& linkedData() const { return linkedData_; }

    // The tokenizer's sink.
    void startTag(const StartTag& tag);
    void endTag(Tag tag, std::string_view name);
    void text(std::string_view source);
    void rawText(Tag tag, std::string_view source);
    bool done() const { return cut_; }

  private:
    static constexpr std::size_t tagCount = static_cast<std::size_t>(Tag::Ul) + 1;
    using Counts = std::array<std::uint16_t, tagCount>;

    // How text inside an element looks.
    struct Look {
        bool hidden = false;     // and nothing inside can be shown
        bool invisible = false;  // unless something inside says visibility: visible
        bool tiny = false;       // unless something inside sets a font size
        Colour colour = notSet;
        Colour background = 0xFFFFFF;

        bool showsText() const;
    };

    struct Open {
        std::uint32_t node = 0;
        Tag tag = Tag::Other;
        bool breaks = false;  // ends the line where it closes
        bool softHidden = false;
        std::string_view name;
        Look look;
    };

    // Tables and cells bound what end tags reach: `base` is the stack index of the table or cell.
    struct Frame {
        std::size_t base = 0;
        Counts open{};     // elements open in this frame above its base
        Counts swallow{};  // end tags to ignore: their element was closed early
    };

    static std::size_t index(Tag tag) { return static_cast<std::size_t>(tag); }
    Open& top() { return stack_.back(); }
    bool isOpen(Tag tag) const { return frames_.back().open[index(tag)] > 0; }
    bool inFrameOf(Tag tag) const { return stack_[frames_.back().base].tag == tag; }

    bool skipsStart(const StartTag& tag);
    void makeRoom(Tag tag);
    void makeRoomInTable(Tag tag);
    void closeOpen(Tag tag, Tag barrier, Tag otherBarrier, bool swallow);
    void closeLink();
    void closeTo(std::size_t level);
    void closeTablePart(Tag tag);
    void closeBlock(Tag tag);
    void closeInline(Tag tag);
    void closeOther(std::string_view name);

    std::uint32_t addNode(Tag tag);
    Look lookOf(const StartTag& tag, Open& opened, Display& display);
    void keepAttributes(const StartTag& tag, Node& node);
    std::string_view keep(std::string_view source, std::size_t limit);
    void trimSpan(Node& node, std::size_t end) const;

    Document& document_;
    Limits limits_;
    TextWriter shown_;
    TextWriter hiddenWriter_;
    Stylesheet sheet_;
    std::vector<Open> stack_;
    std::vector<Frame> frames_;
    Counts overflow_{};  // elements too deep to be opened: their end tags to come
    std::vector<std::string_view> linkedData_;
    std::string resolved_;
    bool scriptIsLinkedData_ = false;
    std::uint32_t preformatted_ = 0;
    bool sawHtml_ = false;
    bool sawBody_ = false;
    bool cut_ = false;
};

}  // namespace nextjob::mail::html
