#pragma once

#include "analyse/extract/record.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace nextjob::analyse {

// Finds the lines that belong to each title: by the tree (the largest element that holds no other title) or, in flat
// layouts and plain text, by the pattern of lines between titles. Refers to the page and the sender.
class RecordLayout {
  public:
    RecordLayout(const Page& page, Section section, const SenderProfile* sender);

    // The section's lines.
    std::uint32_t begin() const { return begin_; }
    std::uint32_t end() const { return end_; }

    // Sets the lines of the records, which are ordered by title line.
    void layOut(std::span<Record> records);

  private:
    enum class Stop : std::uint8_t { Unknown, No, Yes };

    bool stops(std::uint32_t line);
    std::uint32_t lineAtNode(std::uint32_t node) const;
    std::uint32_t container(std::span<const Record> records, std::size_t index) const;
    void growTo(Record& record, std::uint32_t limit);
    std::uint32_t leadingLines(std::span<const Record> records);
    void extendFlat(std::span<Record> records);
    void blockRange(std::span<Record> records, std::size_t index);
    const Line& line(std::uint32_t index) const { return page_.lines()[index]; }

    const Page& page_;
    Section section_;
    const SenderProfile* sender_;
    std::uint32_t begin_ = 0, end_ = 0;
    std::vector<Stop> stops_;
};

}  // namespace nextjob::analyse
