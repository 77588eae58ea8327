#pragma once

#include "mail/message.hpp"
#include "mail/utf8.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// What every document keeps to, whatever the message was. Aborts when one doesn't, so that a fuzzer sees it.
namespace nextjob::fuzzing {

inline void require(bool condition) {
    if (!condition) std::abort();
}

inline bool isBoundary(std::string_view text, std::size_t at) {
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

inline void checkSpan(const mail::Document& document, Span span) {
    require(span.begin <= span.end && span.end <= document.text.size());
    require(isBoundary(document.text, span.begin) && isBoundary(document.text, span.end));
}

inline void checkTree(const mail::Document& document) {
    const auto& nodes = document.nodes;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        const auto& node = nodes[i];
        checkSpan(document, node.text);
        require(node.end > i && node.end <= nodes.size());
        require(i == 0 || node.parent < i);
        require(i == 0 || node.end <= nodes[node.parent].end);
        require(i == 0 || node.depth == nodes[node.parent].depth + 1);
        require(node.text.empty() || document.html.contains(node.text));
        require(node.text.empty() || i == 0 || nodes[node.parent].text.contains(node.text));
        require(node.firstAttribute + node.attributeCount <= document.attributes.size());
    }
    for (const auto& attribute : document.attributes) require(mail::isUtf8(attribute.value));
}

inline void checkMessage(const mail::Message& message) {
    require(message.document != nullptr);
    const auto& document = *message.document;
    require(mail::isUtf8(document.text) && mail::isUtf8(document.hiddenText));
    require(document.text.find('\0') == std::string::npos);
    require(document.text.empty() || (document.text.front() != '\n' && document.text.back() != '\n'));
    require(document.text.find("\n\n\n") == std::string::npos);
    for (const Span span : {document.headers, document.fromLine, document.subjectLine, document.html, document.plain,
                            document.structured}) {
        checkSpan(document, span);
    }
    for (const auto& item : document.items) {
        for (const auto& field : item.fields) {
            checkSpan(document, field.value);
            require(document.structured.contains(field.value));
        }
    }
    require(mail::isUtf8(message.subject) && mail::isUtf8(message.to) && mail::isUtf8(message.id));
    if (message.from) require(mail::isUtf8(message.from->name) && mail::isUtf8(message.from->address));
    for (const auto& attachment : message.attachments) require(mail::isUtf8(attachment.name));
    checkTree(document);
}

}  // namespace nextjob::fuzzing
