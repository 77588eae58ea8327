#include "analyse/extract/page.hpp"

#include "analyse/identity/links.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

namespace nextjob::analyse {

namespace {

using mail::Document;
using mail::Tag;

constexpr std::size_t maxLines = 20'000;
constexpr std::size_t maxLinks = 6'000;
constexpr std::size_t stretch = 32;  // bytes of the text whose first word is known

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash ^= value + 0x9E3779B97F4A7C15ULL + (hash << 6) + (hash >> 2);
    return hash;
}

bool isSeparator(std::string_view line) {
    if (line.size() < 3) return false;
    const char first = line[0];
    if (first != '-' && first != '=' && first != '*' && first != '_' && first != '~' && first != '#') {
        // Box-drawing and dash characters repeated.
        if (line.size() < 9) return false;
        const auto unit = line.substr(0, 3);
        if (unit != "─" && unit != "━" && unit != "—" && unit != "═" && unit != "–") return false;
        for (std::size_t at = 0; at + 3 <= line.size(); at += 3) {
            if (line.substr(at, 3) != unit) return false;
        }
        return true;
    }
    return std::ranges::all_of(line, [first](char c) { return c == first || c == ' '; });
}

// "- x", "* x", "• x", "1. x", "2) x": bytes that the mark takes.
std::uint32_t bulletSize(std::string_view line) {
    for (const std::string_view mark : {"- ", "* ", "• ", "· ", "– ", "+ ", "► ", "▪ ", "● "}) {
        if (line.starts_with(mark)) return static_cast<std::uint32_t>(mark.size());
    }
    std::size_t digits = 0;
    while (digits < line.size() && digits < 3 && line[digits] >= '0' && line[digits] <= '9') ++digits;
    if (digits == 0 || digits + 1 >= line.size()) return 0;
    if ((line[digits] == '.' || line[digits] == ')') && line[digits + 1] == ' ')
        return static_cast<std::uint32_t>(digits + 2);
    if (line.substr(digits).starts_with(".- ")) return static_cast<std::uint32_t>(digits + 3);
    return 0;
}

bool startsUrl(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

// The URL at `at`: ends at white space, quotes or brackets, and before the punctuation of its sentence.
std::size_t endOfUrl(std::string_view text, std::size_t at) {
    const bool bracketed = at > 0 && text[at - 1] == '(';
    auto end = at;
    int open = 0;
    while (end < text.size() && text[end] > ' ' && text[end] != '<' && text[end] != '>' && text[end] != '"') {
        if (text[end] == '(') ++open;
        if (text[end] == ')' && --open < 0 && bracketed) break;
        ++end;
    }
    while (end > at && std::string_view(".,;:!'").contains(text[end - 1])) --end;
    if (end > at && text[end - 1] == ')' && open < 0) --end;
    return end;
}

// font-weight: bold, 600 or more.
bool isBold(std::string_view style) {
    const auto at = style.find("font-weight");
    if (at == std::string_view::npos) return false;
    auto weight = style.substr(at + 11, 8);
    weight.remove_prefix(std::min(weight.find_first_not_of(": "), weight.size()));
    return weight.starts_with("bold") || weight.starts_with("600") || weight.starts_with("700")
           || weight.starts_with("800") || weight.starts_with("900");
}

std::uint8_t emphasisOf(const Document& document, std::uint32_t index) {
    std::uint8_t emphasis = 0;
    for (int up = 0; up < 4 && index != 0; ++up) {
        const auto& node = document.nodes[index];
        switch (node.tag) {
            case Tag::H1:
            case Tag::H2:
            case Tag::H3:
            case Tag::H4:
            case Tag::H5:
            case Tag::H6: return 2;
            case Tag::B:
            case Tag::Strong:
            case Tag::Th: emphasis = 1; break;
            case Tag::Td:
            case Tag::Body:
            case Tag::Tr: up = 4; break;
            default: break;
        }
        if (isBold(document.attribute(node, "style"))) emphasis = 1;
        index = node.parent;
    }
    return emphasis;
}

// What makes two lines look alike: the elements right around their words, by name, class and style.
std::uint64_t styleOf(const Document& document, std::uint32_t text) {
    const std::hash<std::string_view> hash;
    std::uint64_t style = 0;
    int levels = 0;
    for (auto index = document.nodes[text].parent; index != 0 && levels < 4;
         index = document.nodes[index].parent, ++levels) {
        const auto& node = document.nodes[index];
        style = mix(style, static_cast<std::uint64_t>(node.tag));
        if (levels < 2) {
            style = mix(style, hash(document.attribute(node, "class")));
            style = mix(style, hash(document.attribute(node, "style")));
        }
        if (node.tag == Tag::Td || node.tag == Tag::Th || node.tag == Tag::Li) break;
    }
    return style;
}

std::uint32_t anchorAround(const Document& document, std::uint32_t index) {
    for (; index != 0; index = document.nodes[index].parent) {
        const auto& node = document.nodes[index];
        if (node.tag == Tag::A && !document.attribute(node, "href").empty()) return index;
    }
    return 0;
}

std::uint32_t commonAncestor(const Document& document, std::uint32_t a, std::uint32_t b) {
    while (b < a || b >= document.nodes[a].end) a = document.nodes[a].parent;
    return a;
}

}  // namespace

Page::Page(const Document& document, const Lexicon& lexicon, const LinkClassifier& links, const SenderProfile* sender)
    : document_(document), lexicon_(lexicon), rules_(links), sender_(sender) {
    words_ = cutWords(document.text);
    hits_ = lexicon.scan(words_);
    indexWords();
    readHtml();
    readPlain();
}

void Page::indexWords() {
    const auto& list = words_.list;
    wordAt_.reserve(document_.text.size() / stretch + 2);
    std::uint32_t word = 0;
    for (std::size_t begin = 0; begin <= document_.text.size(); begin += stretch) {
        while (word < list.size() && list[word].span.begin < begin) ++word;
        wordAt_.push_back(word);
    }
    hitAt_.reserve(list.size() + 1);
    std::uint32_t hit = 0;
    for (word = 0; word <= list.size(); ++word) {
        while (hit < hits_.size() && hits_[hit].word < word) ++hit;
        hitAt_.push_back(hit);
    }
}

std::uint32_t Page::firstWordAt(std::uint32_t offset) const {
    auto word = wordAt_[std::min<std::size_t>(offset / stretch, wordAt_.size() - 1)];
    while (word < words_.list.size() && words_.list[word].span.begin < offset) ++word;
    return word;
}

std::span<const Word> Page::words(Span span) const {
    const auto first = firstWordAt(span.begin);
    auto last = std::max(first, firstWordAt(span.end));
    if (last > first && words_.list[last - 1].span.end > span.end) --last;
    return std::span(words_.list).subspan(first, last - first);
}

HitsWithin Page::hits(Span span) const {
    const auto within = words(span);
    const auto first = static_cast<std::size_t>(within.data() - words_.list.data());
    const auto end = first + within.size();
    return {std::span(hits_).subspan(hitAt_[first], hitAt_[end] - hitAt_[first]), static_cast<std::uint32_t>(end)};
}

std::uint32_t Page::addLink(std::string_view href, Span text, std::uint32_t node) {
    if (links_.size() >= maxLinks) return noIndex;
    Link link{.href = std::string(href), .target = unwrap(href), .text = text, .node = node};
    link.kind = rules_.classify(link.target, sender_);
    links_.push_back(std::move(link));
    return static_cast<std::uint32_t>(links_.size() - 1);
}

const std::string& Page::keyOf(const Link& link) const {
    auto& key = keys_[static_cast<std::size_t>(&link - links_.data())];
    if (key.empty()) key = targetKey(link.target);
    if (key.empty()) key = link.target;
    return key;
}

void Page::readHtml() {
    const auto& nodes = document_.nodes;
    if (nodes.empty()) return;
    // Anchors first: also those around an image, whose words are none.
    std::vector<std::uint32_t> linkOfAnchor(nodes.size(), noIndex);
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].tag != Tag::A || nodes[i].hidden) continue;
        const auto href = document_.attribute(nodes[i], "href");
        if (startsUrl(href)) linkOfAnchor[i] = addLink(href, nodes[i].text, i);
    }
    std::uint32_t lineEnd = 0;
    for (std::uint32_t i = 0; i < nodes.size() && lines_.size() < maxLines; ++i) {
        const auto& node = nodes[i];
        if (node.tag == Tag::Hr && !node.hidden) {
            lines_.push_back({.span = {lineEnd, lineEnd},
                              .firstPiece = static_cast<std::uint32_t>(pieces_.size()),
                              .node = i,
                              .separator = true});
            continue;
        }
        if (node.tag != Tag::Text || node.hidden || node.text.empty()) continue;
        for (auto at = node.text.begin; at < node.text.end;) {
            const auto stop = std::min<std::size_t>(document_.text.find('\n', at), node.text.end);
            const Span span = trimField(document_.text, {at, static_cast<std::uint32_t>(stop)});
            const bool sameLine = at < lineEnd;
            if (!sameLine) {
                lineEnd = static_cast<std::uint32_t>(std::min(document_.text.find('\n', at), document_.text.size()));
                lines_.push_back({.span = {at, at},
                                  .firstPiece = static_cast<std::uint32_t>(pieces_.size()),
                                  .node = i,
                                  .style = styleOf(document_, i),
                                  .emphasis = emphasisOf(document_, node.parent)});
            }
            auto& line = lines_.back();
            if (!span.empty() || !sameLine) {
                pieces_.push_back({span, i});
                ++line.pieceCount;
            }
            line.span.end = static_cast<std::uint32_t>(stop);
            line.node = commonAncestor(document_, line.node, i);
            if (const auto anchor = anchorAround(document_, i); anchor != 0 && linkOfAnchor[anchor] != noIndex) {
                if (line.link == noIndex || (sameLine && span.size() * 2 > line.span.size()))
                    line.link = linkOfAnchor[anchor];
            }
            at = static_cast<std::uint32_t>(stop) + 1;
        }
    }
    std::uint32_t block = 0;
    for (auto& line : lines_) {
        line.span = trimField(document_.text, line.span);
        line.block = block++;
        if (!line.separator) line.separator = isSeparator(slice(line.span));
        line.style = mix(line.style, line.link != noIndex);
        if (startsUrl(slice(line.span)) && !slice(line.span).contains(' ')) {
            line.urlOnly = true;
            if (line.link == noIndex) line.link = addLink(slice(line.span), line.span, 0);
        }
    }
}

void Page::readPlain() {
    const auto section = document_.plain;
    const std::string_view text = document_.text;
    std::uint32_t block = static_cast<std::uint32_t>(lines_.size()) + 1, indexInBlock = 0, row = 0;
    for (auto at = section.begin; at < section.end && lines_.size() < maxLines;) {
        const auto stop = static_cast<std::uint32_t>(std::min<std::size_t>(text.find('\n', at), section.end));
        ++row;
        Line line{.span = {at, stop}, .firstPiece = static_cast<std::uint32_t>(pieces_.size()), .plain = true};
        at = stop + 1;
        const auto words = slice(line.span);
        if (words.find_first_not_of(' ') == std::string_view::npos) {
            ++block;
            indexInBlock = 0;
            continue;
        }
        if (isSeparator(words)) {
            // Right below words it underlines them: a heading, or a title.
            if (indexInBlock > 0 && lines_.back().plain && lines_.back().link == noIndex
                && lines_.back().block == block) {
                lines_.back().emphasis = 2;
                continue;
            }
            line.separator = true;
            line.block = ++block;
            ++block;
            indexInBlock = 0;
            lines_.push_back(line);
            continue;
        }
        if (const auto mark = bulletSize(words); mark != 0) {
            line.bullet = true;
            line.span.begin += mark;
        }
        // "Acme — [Developer](url) — Lyon": what stands before the link is a part of its own.
        if (const auto link = slice(line.span).find("](http"); link != std::string_view::npos) {
            const auto open = slice(line.span).rfind('[', link);
            const Span before =
                open == std::string_view::npos || open < 3
                    ? Span{}
                    : trimField(text, {line.span.begin, line.span.begin + static_cast<std::uint32_t>(open)});
            if (before.begin < before.end && !this->words(before).empty()) {
                Line part{.span = before,
                          .block = block,
                          .indexInBlock = indexInBlock++,
                          .style = mix(5, line.bullet),
                          .plain = true};
                part.row = row;
                part.firstPiece = static_cast<std::uint32_t>(pieces_.size());
                part.pieceCount = 1;
                pieces_.push_back({before, 0});
                lines_.push_back(part);
                line.span.begin += static_cast<std::uint32_t>(open);
            }
        }
        // A mail flattened to one line: each of its links ends a part.
        do {
            const auto rest = takeLink(line);
            if (!line.span.empty()) {
                line.block = block;
                line.row = row;
                line.indexInBlock = indexInBlock++;
                // In plain text lines look alike by where they stand.
                const bool linked = line.link != noIndex && !line.urlOnly;
                line.style = mix(mix(linked ? 4U : std::min(line.indexInBlock, 3U), line.bullet), linked);
                line.firstPiece = static_cast<std::uint32_t>(pieces_.size());
                line.pieceCount = 1;
                pieces_.push_back({line.span, 0});
                lines_.push_back(line);
            }
            line = {.span = rest, .plain = true};
        } while (!line.span.empty() && lines_.size() < maxLines);
    }
    markOfferBlocks();
    keys_.resize(links_.size());
}

// Paragraphs that end in a link to one offer look alike, and unlike the others.
void Page::markOfferBlocks() {
    for (std::size_t first = 0; first < lines_.size();) {
        auto last = first;
        int jobs = 0;
        while (last < lines_.size() && lines_[last].block == lines_[first].block) {
            const auto* link = linkOf(lines_[last++]);
            jobs += link != nullptr && (link->kind == LinkClass::Job || link->kind == LinkClass::Opaque);
        }
        for (auto i = first; i < last && lines_[i].plain && jobs == 1; ++i) lines_[i].style = mix(lines_[i].style, 1);
        first = last;
    }
}

// Cuts the first link off a plain line ("[words](url)", "words <url>", "words: url", "url") and leaves its words.
// Returns what follows when more links do.
Span Page::takeLink(Line& line) {
    const std::string_view text = document_.text;
    const auto url = slice(line.span).find("http");
    if (url == std::string_view::npos || !startsUrl(slice(line.span).substr(url))) {
        line.span = trimField(text, line.span);
        return {};
    }
    const auto begin = line.span.begin + static_cast<std::uint32_t>(url);
    const auto end = line.span.begin + static_cast<std::uint32_t>(endOfUrl(slice(line.span), url));
    Span before{line.span.begin, begin};
    Span after{std::min(end + 1, line.span.end), line.span.end};
    line.link = addLink(slice({begin, end}), {begin, end}, 0);
    if (slice(before).ends_with("](")) {
        const auto open = slice(before).find('[');
        before = {before.begin + static_cast<std::uint32_t>(open == std::string_view::npos ? 0 : open + 1),
                  before.end - 2};
        if (line.link != noIndex) links_[line.link].text = before;
    }
    while (!before.empty() && std::string_view("<([").contains(text[before.end - 1])) --before.end;
    before = trimField(text, before);
    after = trimField(text, after);
    const bool more = slice(after).contains("http") && !before.empty();
    if (more || line.indexInBlock > 0) {
        // What greets or counts before the first part is a sentence of its own.
        if (const auto sentence = slice(before).rfind(". ");
            sentence != std::string_view::npos && before.size() - sentence > 12) {
            before.begin += static_cast<std::uint32_t>(sentence) + 2;
        }
    }
    line.span = before.empty() ? Span{begin, end} : before;
    line.urlOnly = before.empty();
    return !words(after).empty() ? after : Span{};
}

}  // namespace nextjob::analyse
