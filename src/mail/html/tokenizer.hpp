#pragma once

#include "mail/ascii.hpp"
#include "mail/html/names.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace nextjob::mail::html {

// As it stands in the source: names in any case, references not resolved.
struct SourceAttribute {
    std::string_view name;
    std::string_view value;
};

struct StartTag {
    Tag tag = Tag::Other;
    std::string_view name;
    std::vector<SourceAttribute> attributes;
    bool selfClosing = false;
};

// Attributes past this are read over: no honest element has so many.
inline constexpr std::size_t maxAttributes = 256;

// Splits HTML into tags and text as the HTML standard's tokenizer does where mail shows a difference:
// comments (conditional ones too), raw text in style and script, attributes in any quoting, a stray '<'. One
// pass, no copies, nothing read twice, so that its time is linear whatever the input.
//
// A sink has startTag(const StartTag&), endTag(Tag, name), text(view) and rawText(Tag, view): the content of
// style, script, title, textarea, iframe and their like. It stops the work by making done() true.
template <class Sink>
class Tokenizer {
  public:
    Tokenizer(std::string_view html, Sink& sink) : html_(html), sink_(sink) {}

    void run() {
        while (at_ < html_.size() && !sink_.done()) {
            const std::size_t open = findMarkup(at_);
            if (open > at_) sink_.text(html_.substr(at_, open - at_));
            at_ = open;
            if (at_ < html_.size()) markup();
        }
    }

  private:
    static constexpr auto npos = std::string_view::npos;

    char peek(std::size_t offset) const { return at_ + offset < html_.size() ? html_[at_ + offset] : '\0'; }

    // The next '<' that opens markup.
    std::size_t findMarkup(std::size_t from) const {
        while (true) {
            const std::size_t open = html_.find('<', from);
            if (open == npos || open + 1 >= html_.size()) return html_.size();
            const char next = html_[open + 1];
            if (isAlpha(next) || next == '!' || next == '/' || next == '?') return open;
            from = open + 1;
        }
    }

    void markup() {
        const char next = peek(1);
        if (isAlpha(next)) return openTag();
        if (next == '/' && isAlpha(peek(2))) return closeTag();
        if (next == '!' && peek(2) == '-' && peek(3) == '-') return comment();
        skipPast('>');  // doctype, <![if …]>, <?xml …>, </>
    }

    void skipPast(char wanted) {
        const std::size_t found = html_.find(wanted, at_);
        at_ = found == npos ? html_.size() : found + 1;
    }

    void comment() {
        at_ += 4;
        if (peek(0) == '>') return void(at_ += 1);
        if (peek(0) == '-' && peek(1) == '>') return void(at_ += 2);
        const std::size_t end = html_.find("-->", at_);
        const auto inside = html_.substr(at_, end == npos ? npos : end - at_);
        if (const std::size_t other = inside.find("--!>"); other != npos) {
            at_ += other + 4;
        } else {
            at_ = end == npos ? html_.size() : end + 3;
        }
    }

    std::string_view tagName(std::size_t from) {
        std::size_t end = from;
        while (end < html_.size() && !isSpace(html_[end]) && html_[end] != '>' && html_[end] != '/') ++end;
        const auto name = html_.substr(from, end - from);
        at_ = end;
        return name;
    }

    void closeTag() {
        const auto name = tagName(at_ + 2);
        skipPast('>');
        sink_.endTag(tagNamed(name), name);
    }

    void openTag() {
        tag_.name = tagName(at_ + 1);
        tag_.tag = tagNamed(tag_.name);
        tag_.selfClosing = false;
        tag_.attributes.clear();
        while (at_ < html_.size() && html_[at_] != '>') attribute();
        if (at_ >= html_.size()) return;  // cut in the middle of a tag: not one
        ++at_;
        sink_.startTag(tag_);
        if (hasRawText()) rawText();
    }

    void attribute() {
        const char first = html_[at_];
        if (isSpace(first) || first == '/') {
            tag_.selfClosing = first == '/' && peek(1) == '>';
            ++at_;
            return;
        }
        const std::size_t begin = at_++;  // a '=' here belongs to the name
        while (at_ < html_.size() && !isSpace(html_[at_]) && html_[at_] != '=' && html_[at_] != '>'
               && html_[at_] != '/')
            ++at_;
        SourceAttribute found{html_.substr(begin, at_ - begin), {}};
        std::size_t next = at_;
        while (next < html_.size() && isSpace(html_[next])) ++next;
        if (next < html_.size() && html_[next] == '=') {
            at_ = next + 1;
            found.value = attributeValue();
        }
        if (tag_.attributes.size() < maxAttributes) tag_.attributes.push_back(found);
    }

    std::string_view attributeValue() {
        while (at_ < html_.size() && isSpace(html_[at_])) ++at_;
        const char quote = peek(0);
        if (quote == '"' || quote == '\'') {
            const std::size_t begin = at_ + 1;
            const std::size_t end = std::min(html_.find(quote, begin), html_.size());
            at_ = std::min(end + 1, html_.size());
            return html_.substr(begin, end - begin);
        }
        const std::size_t begin = at_;
        while (at_ < html_.size() && !isSpace(html_[at_]) && html_[at_] != '>') ++at_;
        return html_.substr(begin, at_ - begin);
    }

    bool hasRawText() const {
        switch (tag_.tag) {
            case Tag::Script:
            case Tag::Style:
            case Tag::Title:
            case Tag::Textarea: return true;
            case Tag::Other: break;
            default: return false;
        }
        const auto is = [this](auto... names) { return (equalNoCase(tag_.name, names) || ...); };
        return is("iframe", "noembed", "noframes", "xmp");
    }

    // Up to the element's own end tag, or the rest when it has none.
    void rawText() {
        const std::size_t begin = at_;
        for (std::size_t open = html_.find('<', at_); open != npos; open = html_.find('<', open + 1)) {
            if (open + 2 + tag_.name.size() > html_.size()) break;
            if (html_[open + 1] != '/' || !equalNoCase(html_.substr(open + 2, tag_.name.size()), tag_.name)) continue;
            const std::size_t after = open + 2 + tag_.name.size();
            if (after < html_.size() && !isSpace(html_[after]) && html_[after] != '>' && html_[after] != '/') continue;
            sink_.rawText(tag_.tag, html_.substr(begin, open - begin));
            at_ = open;
            return;
        }
        sink_.rawText(tag_.tag, html_.substr(begin));
        at_ = html_.size();
    }

    std::string_view html_;
    Sink& sink_;
    std::size_t at_ = 0;
    StartTag tag_;
};

}  // namespace nextjob::mail::html
