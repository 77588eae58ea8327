// What the mail stage makes of messages, for developers and for scripts/check-mime.
//
//   mail_dump [--tree | --json | --quiet] FILE...    each file is one message
//   mail_dump --mbox FILE...                         offset, size and subject of each message of an mbox, as JSON lines

#include "mail/mbox.hpp"
#include "mail/message.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

using namespace nextjob;
namespace json = boost::json;

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void printTree(const mail::Document& document) {
    for (const auto& node : document.nodes) {
        fmt::print("{:{}}{}{} [{},{})", "", node.depth, static_cast<int>(node.tag), node.hidden ? " hidden" : "",
                   node.text.begin, node.text.end);
        for (std::size_t i = 0; i < node.attributeCount; ++i) {
            const auto& [name, value] = document.attributes[node.firstAttribute + i];
            if (name != "style") fmt::print(" {}={}", name, value.substr(0, 60));
        }
        if (node.tag == mail::Tag::Text) fmt::print(" \"{}\"", document.slice(node.text));
        fmt::print("\n");
    }
}

void printText(const mail::Message& message) {
    const auto& document = *message.document;
    for (const auto& defect : message.defects) fmt::print("! {}\n", defect);
    for (const auto& attachment : message.attachments) fmt::print("+ {} ({})\n", attachment.name, attachment.type);
    fmt::print("# id={} bulk={} reply={} date={}\n{}\n", message.id, message.bulk, message.reply,
               message.date ? message.date->time_since_epoch().count() : 0, document.text);
    if (!document.hiddenText.empty()) fmt::print("# hidden\n{}\n", document.hiddenText);
}

void printJson(std::string_view path, const mail::Message& message) {
    const auto& document = *message.document;
    const auto slice = [&](Span span) { return json::string(document.slice(span)); };
    json::object out{{"file", path},
                     {"subject", message.subject},
                     {"from", slice(document.fromLine)},
                     {"html", slice(document.html)},
                     {"plain", slice(document.plain)},
                     {"hidden", document.hiddenText},
                     {"defects", json::value_from(message.defects)}};
    fmt::print("{}\n", json::serialize(out));
}

void printMessage(const std::string& path, std::string_view mode) {
    const std::string bytes = readFile(path);
    const auto message = mail::parseAny(bytes);
    if (mode == "--quiet") return;
    if (mode == "--json") {
        if (message) return printJson(path, *message);
        return fmt::print("{}\n", json::serialize(json::object{{"file", path}, {"error", message.error().message}}));
    }
    fmt::print("== {}\n", path);
    if (!message) return fmt::print("error: {}\n", message.error().message);
    printText(*message);
    if (mode == "--tree") printTree(*message->document);
}

void printMbox(const std::string& path) {
    auto reader = mail::MboxReader::open(path);
    if (!reader) return fmt::print("{}\n", json::serialize(json::object{{"error", reader.error().message}}));
    while (auto entry = reader->next()) {
        if (!*entry) return;
        const auto message = mail::parseMessage((*entry)->bytes);
        const json::object out{
            {"offset", (*entry)->offset}, {"size", (*entry)->size}, {"subject", message ? message->subject : ""}};
        fmt::print("{}\n", json::serialize(out));
    }
}

}  // namespace

int main(int count, char** arguments) {
    std::string_view mode;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        if (argument.starts_with("--")) {
            mode = argument;
        } else if (mode == "--mbox") {
            printMbox(arguments[i]);
        } else {
            printMessage(arguments[i], mode);
        }
    }
}
