#include "mail/html/tree_builder.hpp"

#include "mail/html/entities.hpp"
#include "mail/utf8.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>

namespace nextjob::mail::html {
namespace {

constexpr std::size_t maxHiddenText = 64U << 10;
constexpr std::size_t maxKept = 64;  // attributes of one element
constexpr std::size_t maxValue = 8U << 10;
constexpr std::size_t maxLink = 16U << 10;
constexpr std::size_t maxInlineWalk = 64;  // how far up an inline end tag looks
constexpr Tag none = Tag::Root;

bool isHeading(Tag tag) { return tag >= Tag::H1 && tag <= Tag::H6; }

bool isTablePart(Tag tag) {
    switch (tag) {
        case Tag::Caption:
        case Tag::Tbody:
        case Tag::Thead:
        case Tag::Tfoot:
        case Tag::Tr:
        case Tag::Td:
        case Tag::Th: return true;
        default: return false;
    }
}

bool isCell(Tag tag) { return tag == Tag::Td || tag == Tag::Th || tag == Tag::Caption; }
bool isRowGroup(Tag tag) { return tag == Tag::Tbody || tag == Tag::Thead || tag == Tag::Tfoot; }

// Elements that stand on lines of their own.
bool isBlock(Tag tag) {
    if (isTablePart(tag) || isHeading(tag)) return true;
    switch (tag) {
        case Tag::Address:
        case Tag::Article:
        case Tag::Aside:
        case Tag::Blockquote:
        case Tag::Body:
        case Tag::Center:
        case Tag::Dd:
        case Tag::Div:
        case Tag::Dl:
        case Tag::Dt:
        case Tag::Figure:
        case Tag::Footer:
        case Tag::Form:
        case Tag::Header:
        case Tag::Hr:
        case Tag::Html:
        case Tag::Li:
        case Tag::Main:
        case Tag::Nav:
        case Tag::Ol:
        case Tag::Option:
        case Tag::P:
        case Tag::Pre:
        case Tag::Section:
        case Tag::Table:
        case Tag::Ul: return true;
        default: return false;
    }
}

// Starting one of these ends an open paragraph.
bool endsParagraph(Tag tag) {
    return isBlock(tag) && !isTablePart(tag) && tag != Tag::Html && tag != Tag::Body && tag != Tag::Option;
}

bool mayStandInHead(Tag tag) {
    return tag == Tag::Meta || tag == Tag::Link || tag == Tag::Style || tag == Tag::Script || tag == Tag::Title;
}

bool isBlank(std::string_view text) { return std::ranges::all_of(text, isSpace); }

// Colours so close that nobody reads one on the other.
bool alike(Colour one, Colour other) {
    for (const int shift : {0, 8, 16}) {
        if (std::abs(((one >> shift) & 0xFF) - ((other >> shift) & 0xFF)) > 3) return false;
    }
    return true;
}

std::string_view valueOf(const StartTag& tag, AttributeName wanted) {
    for (const auto& attribute : tag.attributes) {
        if (attributeNamed(attribute.name) == wanted) return attribute.value;
    }
    return {};
}

}  // namespace

bool TreeBuilder::Look::showsText() const {
    return !hidden && !invisible && !tiny && !(colour >= 0 && background >= 0 && alike(colour, background));
}

TreeBuilder::TreeBuilder(Document& document, const Limits& limits)
    : document_(document),
      limits_(limits),
      shown_(document.text, limits.textBytes),
      hiddenWriter_(document.hiddenText, maxHiddenText) {
    addNode(Tag::Root);
    stack_.push_back({});
    stack_.back().tag = Tag::Root;
    frames_.emplace_back();
}

void TreeBuilder::add(std::string_view html) {
    document_.nodes.reserve(document_.nodes.size() + std::min(html.size() / 32, limits_.nodes));
    Tokenizer(html, *this).run();
    closeTo(1);
    overflow_ = {};
    frames_.front() = {};
    sawHtml_ = sawBody_ = false;
    shown_.endLine();
    hiddenWriter_.endLine();
}

void TreeBuilder::finish() {
    closeTo(0);
    cut_ = cut_ || shown_.full();
}

std::uint32_t TreeBuilder::addNode(Tag tag) {
    Node node;
    node.tag = tag;
    if (!stack_.empty()) {
        node.parent = top().node;
        node.depth = static_cast<std::uint16_t>(std::min<std::size_t>(stack_.size(), 0xFFFF));
        node.hidden = top().look.hidden;
    }
    const auto begin = static_cast<std::uint32_t>(shown_.size());
    node.text = {begin, begin};
    const auto index = static_cast<std::uint32_t>(document_.nodes.size());
    node.end = index + 1;
    document_.nodes.push_back(node);
    return index;
}

// The span from where the node began, without the white space that stood before its first word.
void TreeBuilder::trimSpan(Node& node, std::size_t end) const {
    auto begin = static_cast<std::size_t>(node.text.begin);
    while (begin < end && isSpace(document_.text[begin])) ++begin;
    node.text = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

void TreeBuilder::startTag(const StartTag& tag) {
    if (document_.nodes.size() >= limits_.nodes) {
        cut_ = true;
        return;
    }
    if (tag.tag == Tag::Script) {
        scriptIsLinkedData_ = findNoCase(valueOf(tag, AttributeName::Type), "ld+json") != std::string_view::npos;
    }
    if (skipsStart(tag)) {
        if (isBlock(tag.tag)) shown_.endLine();
        return;
    }
    makeRoom(tag.tag);

    Open opened;
    opened.tag = tag.tag;
    opened.name = tag.name;
    Display display = Display::Unset;
    opened.look = lookOf(tag, opened, display);
    const bool breaks = isBlock(tag.tag) ? display != Display::Inline : display == Display::Block;
    opened.breaks = breaks;
    if (breaks) {
        shown_.endLine();
        hiddenWriter_.endLine();
    } else if (tag.tag == Tag::Br && top().look.showsText()) {
        shown_.newLine();
    }
    opened.node = addNode(tag.tag);
    Node& node = document_.nodes[opened.node];
    node.hidden = opened.look.hidden;
    keepAttributes(tag, node);

    if (isVoid(tag.tag, tag.name) || (tag.selfClosing && tag.tag == Tag::Other)) return;
    // What lies flat is still linked: one link fits above the limit.
    const auto deepest = limits_.nodeDepth + (tag.tag == Tag::A ? 1 : 0);
    if (stack_.size() > deepest) {
        auto& count = overflow_[index(tag.tag)];
        if (count < std::numeric_limits<std::uint16_t>::max()) ++count;
        return;
    }
    if (tag.tag == Tag::Pre) ++preformatted_;
    const bool framed = tag.tag == Tag::Table || isCell(tag.tag);
    if (framed) {
        frames_.emplace_back();
        frames_.back().base = stack_.size();
    } else {
        ++frames_.back().open[index(tag.tag)];
    }
    stack_.push_back(opened);
}

// Tags that open nothing: a second <html> or <body>, the content of style and its like.
bool TreeBuilder::skipsStart(const StartTag& tag) {
    switch (tag.tag) {
        case Tag::Html: return std::exchange(sawHtml_, true) || sawBody_;
        case Tag::Body: return std::exchange(sawBody_, true);
        case Tag::Head: return sawBody_ || isOpen(Tag::Head);
        case Tag::Script:
        case Tag::Style:
        case Tag::Title:
        case Tag::Textarea: return true;
        case Tag::Other: return equalNoCase(tag.name, "wbr");
        default: return false;
    }
}

// Closes what the HTML standard says a new element of this tag ends.
void TreeBuilder::makeRoom(Tag tag) {
    if (isOpen(Tag::Head) && !mayStandInHead(tag) && tag != Tag::Html && tag != Tag::Other) {
        closeOpen(Tag::Head, none, none, false);
    }
    if (overflow_[index(Tag::Table)] > 0 && (isTablePart(tag) || tag == Tag::Table)) return;
    if (isTablePart(tag)) return makeRoomInTable(tag);
    if (endsParagraph(tag) && isOpen(Tag::P)) closeOpen(Tag::P, Tag::Button, none, false);
    switch (tag) {
        case Tag::A: closeLink(); break;
        case Tag::Li: closeOpen(Tag::Li, Tag::Ul, Tag::Ol, false); break;
        case Tag::Dd:
        case Tag::Dt:
            closeOpen(Tag::Dd, Tag::Dl, none, false);
            closeOpen(Tag::Dt, Tag::Dl, none, false);
            break;
        case Tag::Option: closeOpen(Tag::Option, Tag::Select, none, false); break;
        case Tag::Table:
            if (inFrameOf(Tag::Table)) closeTo(frames_.back().base);
            break;
        default:
            if (isHeading(tag) && isHeading(top().tag)) closeTo(stack_.size() - 1);
    }
}

void TreeBuilder::makeRoomInTable(Tag tag) {
    if (frames_.size() > 1 && !inFrameOf(Tag::Table)) closeTo(frames_.back().base);
    if (isCell(tag)) return;
    closeOpen(Tag::Tr, none, none, false);
    if (!isRowGroup(tag)) return;
    for (const Tag group : {Tag::Tbody, Tag::Thead, Tag::Tfoot}) closeOpen(group, none, none, false);
}

// Closes the innermost open element of this tag in the frame, unless a barrier stands before it. With
// `swallow`, the end tags of what is closed on the way are to be ignored when they come.
void TreeBuilder::closeOpen(Tag tag, Tag barrier, Tag otherBarrier, bool swallow) {
    if (!isOpen(tag)) return;
    for (std::size_t level = stack_.size() - 1; level > frames_.back().base; --level) {
        const Tag found = stack_[level].tag;
        if (found == tag) {
            for (std::size_t above = level + 1; swallow && above < stack_.size(); ++above) {
                if (isBlock(stack_[above].tag)) ++frames_.back().swallow[index(stack_[above].tag)];
            }
            return closeTo(level);
        }
        if (found == barrier || found == otherBarrier) return;
    }
}

void TreeBuilder::closeLink() { closeOpen(Tag::A, none, none, true); }

void TreeBuilder::closeTo(std::size_t level) {
    while (stack_.size() > level) {
        const Open& closed = top();
        Node& node = document_.nodes[closed.node];
        node.end = static_cast<std::uint32_t>(document_.nodes.size());
        trimSpan(node, shown_.size());
        if (closed.softHidden && node.text.empty()) node.hidden = true;
        if (closed.breaks) {
            shown_.endLine();
            hiddenWriter_.endLine();
        }
        if (closed.tag == Tag::Pre) --preformatted_;
        if (frames_.size() > 1 && frames_.back().base == stack_.size() - 1) {
            frames_.pop_back();
        } else if (closed.tag != Tag::Root) {
            --frames_.back().open[index(closed.tag)];
        }
        stack_.pop_back();
    }
}

void TreeBuilder::endTag(Tag tag, std::string_view name) {
    auto& swallow = frames_.back().swallow[index(tag)];
    if (overflow_[index(tag)] > 0 || swallow > 0) {
        --(overflow_[index(tag)] > 0 ? overflow_[index(tag)] : swallow);
        if (isBlock(tag)) shown_.endLine();
        return;
    }
    if (tag == Tag::Html || tag == Tag::Body) return shown_.endLine();  // what follows still belongs to the body
    if (tag == Tag::Table || isTablePart(tag)) return closeTablePart(tag);
    if (tag == Tag::Other) return closeOther(name);
    if (tag == Tag::A) return closeLink();
    if (isBlock(tag) || tag == Tag::Head) return closeBlock(tag);
    closeInline(tag);
}

void TreeBuilder::closeTablePart(Tag tag) {
    if (overflow_[index(Tag::Table)] > 0 || frames_.size() == 1) return;
    if (isCell(tag)) {
        if (!inFrameOf(Tag::Table)) closeTo(frames_.back().base);
        return;
    }
    const bool inCell = !inFrameOf(Tag::Table);
    if (inCell && tag != Tag::Table) {
        // Only when the row or group is this cell's own.
        const auto& outer = frames_[frames_.size() - 2];
        if (outer.open[index(tag)] == 0) return;
    }
    if (inCell) closeTo(frames_.back().base);
    if (tag != Tag::Table) return closeOpen(tag, none, none, false);
    if (frames_.size() > 1 && inFrameOf(Tag::Table)) closeTo(frames_.back().base);
}

void TreeBuilder::closeBlock(Tag tag) {
    if (isOpen(tag)) return closeOpen(tag, none, none, false);
    if (isHeading(tag)) {
        for (int heading = static_cast<int>(Tag::H1); heading <= static_cast<int>(Tag::H6); ++heading) {
            if (isOpen(static_cast<Tag>(heading))) return closeOpen(static_cast<Tag>(heading), none, none, false);
        }
    }
    if (tag == Tag::P) shown_.endLine();
}

// An inline element's end tag does not reach across a block.
void TreeBuilder::closeInline(Tag tag) {
    if (!isOpen(tag)) return;
    std::size_t steps = 0;
    for (std::size_t level = stack_.size() - 1; level > frames_.back().base && steps < maxInlineWalk;
         --level, ++steps) {
        if (stack_[level].tag == tag) return closeTo(level);
        if (isBlock(stack_[level].tag)) return;
    }
}

void TreeBuilder::closeOther(std::string_view name) {
    if (!isOpen(Tag::Other)) return;
    std::size_t steps = 0;
    for (std::size_t level = stack_.size() - 1; level > frames_.back().base && steps < maxInlineWalk;
         --level, ++steps) {
        if (stack_[level].tag == Tag::Other && equalNoCase(stack_[level].name, name)) return closeTo(level);
    }
}

void TreeBuilder::text(std::string_view source) {
    if (isBlank(source) && preformatted_ == 0) return shown_.space();
    if (isOpen(Tag::Head) && top().tag == Tag::Head) closeTo(stack_.size() - 1);
    if (!top().look.showsText()) {
        hiddenWriter_.writeMarkup(source);
        if (document_.nodes.size() < limits_.nodes) document_.nodes[addNode(Tag::Text)].hidden = true;
        return;
    }
    const auto begin = static_cast<std::uint32_t>(shown_.size());
    shown_.writeMarkup(source, preformatted_ > 0);
    if (shown_.full()) cut_ = true;
    if (shown_.size() == begin || document_.nodes.size() >= limits_.nodes) return;
    Node& node = document_.nodes[addNode(Tag::Text)];
    node.text.begin = begin;
    trimSpan(node, shown_.size());
}

void TreeBuilder::rawText(Tag tag, std::string_view source) {
    if (tag == Tag::Style) sheet_.add(source);
    if (tag == Tag::Script && scriptIsLinkedData_) linkedData_.push_back(source);
}

TreeBuilder::Look TreeBuilder::lookOf(const StartTag& tag, Open& opened, Display& display) {
    Look look = top().look;
    if (tag.tag == Tag::A) look.colour = notSet;  // a link has a colour of its own
    StyleFacts facts;
    std::string_view style;
    std::string_view classes;
    std::string_view id;
    for (const auto& attribute : tag.attributes) {
        switch (attributeNamed(attribute.name)) {
            case AttributeName::Style: style = attribute.value; break;
            case AttributeName::Class: classes = attribute.value; break;
            case AttributeName::Id: id = attribute.value; break;
            case AttributeName::Bgcolor: facts.background = parseColour(attribute.value); break;
            case AttributeName::Background: facts.background = trim(attribute.value).empty() ? notSet : unknown; break;
            case AttributeName::Color:
                if (tag.tag == Tag::Font) facts.colour = parseColour(attribute.value);
                break;
            case AttributeName::Hidden: facts.display = Display::None; break;
            default: break;
        }
    }
    if (!sheet_.empty() && !(classes.empty() && id.empty())) sheet_.apply(classes, id, facts);
    facts.apply(style);

    display = facts.display;
    look.hidden = look.hidden || facts.hides();
    if (facts.visibility != Shown::Unset) look.invisible = facts.visibility == Shown::No;
    if (facts.fontSize != Shown::Unset) look.tiny = facts.fontSize == Shown::No;
    if (facts.colour != notSet) look.colour = facts.colour;
    if (facts.background != notSet) look.background = facts.background;
    opened.softHidden = !look.showsText();
    return look;
}

void TreeBuilder::keepAttributes(const StartTag& tag, Node& node) {
    auto& attributes = document_.attributes;
    node.firstAttribute = static_cast<std::uint32_t>(attributes.size());
    for (const auto& source : tag.attributes) {
        const auto name = attributeNamed(source.name);
        if (!isKept(name)) continue;
        std::string_view kept = nameOf(name);
        if (name == AttributeName::Data) {
            kept = keep(toLower(source.name.substr(0, 64)), 64);
        }
        const auto own = std::span(attributes).subspan(node.firstAttribute);
        if (own.size() >= maxKept) break;
        if (std::ranges::find(own, kept, &Attribute::name) != own.end()) continue;  // the first one counts
        attributes.push_back({kept, keep(source.value, name == AttributeName::Href ? maxLink : maxValue)});
    }
    node.attributeCount = static_cast<std::uint16_t>(attributes.size() - node.firstAttribute);
}

// A copy in the document's arena, references resolved, outer white space off.
std::string_view TreeBuilder::keep(std::string_view source, std::size_t limit) {
    source = trim(source);
    if (source.find('&') != std::string_view::npos) {
        resolved_.clear();
        appendResolved(resolved_, cutUtf8(source, limit * 8), true);
        source = resolved_;
    }
    source = cutUtf8(source, limit);
    if (source.empty()) return {};
    auto* copy = static_cast<char*>(document_.arena.allocate(source.size(), 1));
    std::memcpy(copy, source.data(), source.size());
    return {copy, source.size()};
}

}  // namespace nextjob::mail::html
