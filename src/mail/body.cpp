#include "mail/ascii.hpp"
#include "mail/charset.hpp"
#include "mail/html/tree_builder.hpp"
#include "mail/part.hpp"
#include "mail/plain_text.hpp"
#include "mail/structured.hpp"
#include "mail/text_writer.hpp"
#include "mail/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nextjob::mail {
namespace {

struct PlainPart {
    std::string text;
    bool flowed = false;
    bool deleteSpace = false;
};

// The readable parts of (a branch of) a message, in order.
struct Body {
    std::vector<std::string> html;
    std::vector<PlainPart> plain;

    std::size_t htmlSize() const {
        return sizeOf(html, [](const auto& part) { return part.size(); });
    }
    std::size_t plainSize() const {
        return sizeOf(plain, [](const auto& part) { return part.text.size(); });
    }

  private:
    static std::size_t sizeOf(const auto& parts, auto size) {
        std::size_t sum = 0;
        for (const auto& part : parts) sum += size(part);
        return sum;
    }
};

void append(auto& list, auto&& more) { std::ranges::move(more, std::back_inserter(list)); }

bool looksLikeHtml(std::string_view text) {
    while (!text.empty()
           && (isSpace(text.front()) || text.front() == '\xEF' || text.front() == '\xBB' || text.front() == '\xBF')) {
        text.remove_prefix(1);
    }
    for (const std::string_view opening : {"<!doctype html", "<html", "<head", "<body", "<table", "<div"}) {
        if (startsNoCase(text, opening)) return true;
    }
    return false;
}

// Walks the part tree once and decodes what a person would read.
class BodyCollector {
  public:
    BodyCollector(const Limits& limits, Message& message) : limits_(limits), message_(message) {}

    Body collect(const Part& part) {
        if (part.children.empty()) return leaf(part);
        return part.type == "multipart/alternative" ? alternative(part) : sequence(part);
    }

  private:
    void defect(std::string sentence) {
        auto& defects = message_.defects;
        if (defects.size() < 50 && std::ranges::find(defects, sentence) == defects.end()) {
            defects.push_back(std::move(sentence));
        }
    }

    // The richest form of each kind: the last HTML, the longest plain text.
    Body alternative(const Part& part) {
        Body best;
        for (const auto& child : part.children) {
            Body body = collect(child);
            if (body.htmlSize() > 0) best.html = std::move(body.html);
            if (body.plainSize() > best.plainSize()) best.plain = std::move(body.plain);
        }
        return best;
    }

    Body sequence(const Part& part) {
        Body all;
        for (const auto& child : part.children) {
            Body body = collect(child);
            append(all.html, body.html);
            append(all.plain, body.plain);
        }
        return all;
    }

    Body leaf(const Part& part) {
        const bool isText = part.type.empty() || part.type == "text" || part.type.starts_with("text/")
                            || part.type == "application/xhtml+xml";
        const bool readable = isText && !part.attachment && part.type != "text/calendar"
                              && part.type != "text/x-amp-html" && part.type != "text/vcard"
                              && part.type != "text/x-vcard" && part.type != "text/css" && part.type != "text/csv"
                              && part.type != "text/rfc822-headers";
        if (!readable) {
            if (part.attachment || !part.filename.empty() || !isText) {
                message_.attachments.push_back({part.filename, part.type});
            }
            return {};
        }
        return text(part);
    }

    Body text(const Part& part) {
        bool mended = false;
        // One byte more tells whether the limit cut something.
        std::string bytes = decodeContent(part, limits_.textBytes + 1, mended);
        if (mended) defect("A part is labelled quoted-printable but was not encoded; it was read as it stands.");
        if (bytes.size() > limits_.textBytes) {
            bytes.resize(limits_.textBytes);
            message_.document->truncated = true;
            defect(
                fmt::format("A text part is over the limit of {} bytes; its beginning was read.", limits_.textBytes));
        }
        const bool html = part.type == "text/html" || part.type == "application/xhtml+xml" || looksLikeHtml(bytes);
        std::string charset = part.charset;
        if (charset.empty() && html) charset = htmlCharset(bytes);
        Decoded decoded = toUtf8(std::move(bytes), charset);
        if (decoded.mended)
            defect("A text part is not in the charset that it declares; the nearest reading was taken.");
        Body body;
        if (html) {
            body.html.push_back(std::move(decoded.text));
        } else {
            body.plain.push_back({std::move(decoded.text), part.flowed, part.deleteSpace});
        }
        return body;
    }

    const Limits& limits_;
    Message& message_;
};

// Lays the document's text out, a section at a time.
class DocumentWriter {
  public:
    DocumentWriter(const Limits& limits, Message& message)
        : limits_(limits), message_(message), document_(*message.document) {}

    void write(const Body& body) {
        document_.text.reserve(512 + body.htmlSize() / 4 + body.plainSize());
        headers();
        html(body);
        plain(body);
        structured();
    }

  private:
    std::uint32_t position() const { return static_cast<std::uint32_t>(document_.text.size()); }

    void cut(std::string sentence) {
        document_.truncated = true;
        message_.defects.push_back(std::move(sentence));
    }

    // Starts a section; endSection takes the separator back when the section stayed empty.
    std::uint32_t beginSection() {
        if (!document_.text.empty()) document_.text += "\n\n";
        return position();
    }

    Span endSection(std::uint32_t begin) {
        const Span span{begin, position()};
        if (!span.empty()) return span;
        document_.text.resize(begin >= 2 ? begin - 2 : 0);
        return {position(), position()};
    }

    Span headerLine(std::string_view label, std::string_view value) {
        if (value.empty()) return {};
        document_.text += label;
        const auto begin = position();
        document_.text += value;
        const Span span{begin, position()};
        document_.text += '\n';
        return span;
    }

    void headers() {
        std::string from;
        if (message_.from) {
            const auto& [name, address] = *message_.from;
            from = name.empty() ? address : address.empty() ? name : fmt::format("{} <{}>", name, address);
        }
        document_.fromLine = headerLine("From: ", from);
        document_.subjectLine = headerLine("Subject: ", message_.subject);
        if (!document_.text.empty()) document_.text.pop_back();
        document_.headers = {0, position()};
    }

    void html(const Body& body) {
        if (body.html.empty()) return;
        const auto begin = beginSection();
        html::TreeBuilder builder(document_, limits_);
        for (const auto& part : body.html) builder.add(part);
        builder.finish();
        document_.html = endSection(begin);
        if (document_.html.empty()) {
            for (auto& node : document_.nodes) node.text = document_.html;
        }
        if (builder.cut())
            cut(fmt::format("The HTML is over the limit of {} elements; its beginning was read.", limits_.nodes));
        linkedData_ = builder.linkedData();
    }

    void plain(const Body& body) {
        if (body.plain.empty()) return;
        const auto begin = beginSection();
        TextWriter writer(document_.text, limits_.textBytes);
        for (const auto& part : body.plain) {
            writePlainText(part.text, {.flowed = part.flowed, .deleteSpace = part.deleteSpace}, writer);
            writer.newLine();
            writer.newLine();
        }
        document_.plain = endSection(begin);
        if (isPlaceholder(document_.slice(document_.plain), document_.slice(document_.html))) {
            document_.text.resize(begin);
            document_.plain = endSection(begin);
        }
        if (writer.full()) cut("The plain text is over the limit; its beginning was read.");
    }

    void structured() {
        if (!appendStructuredData(document_, linkedData_)) {
            message_.defects.emplace_back("Some of the schema.org data is damaged or too large; it was left out.");
        }
    }

    const Limits& limits_;
    Message& message_;
    Document& document_;
    std::vector<std::string_view> linkedData_;
};

}  // namespace

void buildDocument(const Part& root, const Limits& limits, Message& message) {
    const Body body = BodyCollector(limits, message).collect(root);
    DocumentWriter(limits, message).write(body);
}

}  // namespace nextjob::mail
