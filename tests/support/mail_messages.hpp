#pragma once

#include "mail/message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

// What the tests of the mail stage share.
namespace nextjob::mail::testing {

inline Message parse(std::string_view bytes, const Limits& limits = {}) {
    auto message = parseMessage(bytes, limits);
    EXPECT_TRUE(message.has_value()) << message.error().message;
    return message ? std::move(*message) : Message{};
}

inline std::string html(const Message& message) { return std::string(message.document->slice(message.document->html)); }
inline std::string plain(const Message& message) {
    return std::string(message.document->slice(message.document->plain));
}

inline Message parseHtml(std::string_view markup, const Limits& limits = {}) {
    return parse("From: jobs@example.com\nContent-Type: text/html; charset=utf-8\n\n" + std::string(markup), limits);
}
inline std::string textOf(std::string_view markup) { return html(parseHtml(markup)); }
inline std::string hiddenIn(std::string_view markup) { return parseHtml(markup).document->hiddenText; }

// The words of each element with this tag.
inline std::vector<std::string> wordsOf(const Message& message, Tag tag) {
    std::vector<std::string> words;
    for (const auto& node : message.document->nodes) {
        if (node.tag == tag) words.emplace_back(message.document->slice(node.text));
    }
    return words;
}

inline bool hasDefect(const Message& message, std::string_view words) {
    for (const auto& defect : message.defects) {
        if (defect.find(words) != std::string::npos) return true;
    }
    return false;
}

}  // namespace nextjob::mail::testing
