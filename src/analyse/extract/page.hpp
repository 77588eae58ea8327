#pragma once

#include "analyse/extract/lexicon.hpp"
#include "analyse/extract/link_class.hpp"
#include "mail/document.hpp"
#include "model/offer.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nextjob::analyse {

constexpr std::uint32_t noIndex = 0xFFFFFFFF;

// A run of text within a line that one element shows: where a line may fall into fields.
struct Piece {
    Span span;
    std::uint32_t node = 0;  // the text node; 0 in plain text
};

// A line as a reader sees it, with what the words in it say and where it stands in the tree.
struct Line {
    Span span;  // trimmed, without a URL that stands on the line
    std::uint32_t firstPiece = 0, pieceCount = 0;
    std::uint32_t node = 0;        // smallest element that holds the whole line; 0 in plain text
    std::uint32_t link = noIndex;  // of the anchor around most of the line, or the URL on it
    std::uint32_t block = 0;       // paragraph (plain) or block element
    std::uint32_t indexInBlock = 0;
    std::uint32_t row = 0;    // plain text: lines cut from one line of the mail share it
    std::uint64_t style = 0;  // lines that look alike have the same one
    bool plain = false;
    bool separator = false;     // a rule of dashes, or <hr>
    bool urlOnly = false;       // nothing but a URL
    bool bullet = false;        // "- ", "* ", "1. "
    std::uint8_t emphasis = 0;  // 0 none, 1 bold or large, 2 heading
};

// The hits that begin and end within some words, in order: a view of the page's own.
class HitsWithin {
  public:
    class Iterator {
      public:
        using value_type = Hit;
        using difference_type = std::ptrdiff_t;
        Iterator() = default;
        Iterator(const Hit* at, const Hit* end, std::uint32_t endWord) : at_(at), end_(end), endWord_(endWord) {
            skip();
        }
        const Hit& operator*() const { return *at_; }
        const Hit* operator->() const { return at_; }
        Iterator& operator++() {
            ++at_;
            skip();
            return *this;
        }
        Iterator operator++(int) {
            auto before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

      private:
        void skip() {
            while (at_ != end_ && at_->word + at_->words > endWord_) ++at_;
        }
        const Hit* at_ = nullptr;
        const Hit* end_ = nullptr;
        std::uint32_t endWord_ = 0;
    };

    // `starting` begin within the words, which end before `endWord`.
    HitsWithin(std::span<const Hit> starting, std::uint32_t endWord) : starting_(starting), endWord_(endWord) {}
    Iterator begin() const { return {starting_.data(), starting_.data() + starting_.size(), endWord_}; }
    Iterator end() const {
        const auto* last = starting_.data() + starting_.size();
        return {last, last, endWord_};
    }

  private:
    std::span<const Hit> starting_;
    std::uint32_t endWord_;
};

// A document prepared for extraction: its words, what the lexicon says of them, its lines and links.
// Refers to all that it is made from, which must outlive it.
class Page {
  public:
    Page(const mail::Document& document, const Lexicon& lexicon, const LinkClassifier& links,
         const SenderProfile* sender);

    const mail::Document& document() const { return document_; }
    std::string_view text() const { return document_.text; }
    std::string_view slice(Span span) const { return document_.slice(span); }
    // The words of the span, with the span as their proof.
    Proven<std::string> proven(Span span) const { return {std::string(slice(span)), span}; }
    std::span<const Line> lines() const { return lines_; }
    std::span<const Link> links() const { return links_; }
    std::span<const Piece> pieces(const Line& line) const {
        return std::span(pieces_).subspan(line.firstPiece, line.pieceCount);
    }
    // What two links to one offer share (targetKey), or the link's target where nothing tells.
    const std::string& keyOf(const Link& link) const;
    const Link* linkOf(const Line& line) const { return line.link == noIndex ? nullptr : &links_[line.link]; }

    // The words that lie within the span, and the hits that begin and end within it.
    std::span<const Word> words(Span span) const;
    std::string_view fold(const Word& word) const { return words_.fold(word); }
    HitsWithin hits(Span span) const;
    std::span<const AboutPattern> aboutPatterns(std::string_view firstWord) const {
        return lexicon_.aboutPatterns(firstWord);
    }
    // All hits, ordered by first word.
    std::span<const Hit> hits() const { return hits_; }
    std::span<const Word> words() const { return words_.list; }
    Span spanOf(const Hit& hit) const {
        return {words_.list[hit.word].span.begin, words_.list[hit.word + hit.words - 1U].span.end};
    }

  private:
    void indexWords();
    std::uint32_t firstWordAt(std::uint32_t offset) const;
    void readHtml();
    void readPlain();
    Span takeLink(Line& line);
    void markOfferBlocks();
    std::uint32_t addLink(std::string_view href, Span text, std::uint32_t node);

    const mail::Document& document_;
    const Lexicon& lexicon_;
    const LinkClassifier& rules_;
    const SenderProfile* sender_;
    Words words_;
    std::vector<std::uint32_t> wordAt_;  // the first word that begins in each stretch of the text, or after it
    std::vector<Hit> hits_;
    std::vector<std::uint32_t> hitAt_;  // the first hit of each word, or after it
    std::vector<Line> lines_;
    std::vector<Piece> pieces_;
    std::vector<Link> links_;
    mutable std::vector<std::string> keys_;  // made when asked for: most links are nobody's offer
};

}  // namespace nextjob::analyse
