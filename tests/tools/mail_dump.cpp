// mail_dump [--tree] [--quiet] FILE...: what the mail stage makes of each message. For developers;
// scripts/check-mime runs it over folders of messages.

#include "mail/mbox.hpp"
#include "mail/message.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace nextjob;

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

void print(const mail::Message& message, bool tree) {
    const auto& document = *message.document;
    for (const auto& defect : message.defects) fmt::print("! {}\n", defect);
    for (const auto& attachment : message.attachments) fmt::print("+ {} ({})\n", attachment.name, attachment.type);
    fmt::print("# id={} bulk={} reply={} date={}\n{}\n", message.id, message.bulk, message.reply,
               message.date ? message.date->time_since_epoch().count() : 0, document.text);
    if (!document.hiddenText.empty()) fmt::print("# hidden\n{}\n", document.hiddenText);
    if (tree) printTree(document);
}

}  // namespace

int main(int count, char** arguments) {
    bool tree = false;
    bool quiet = false;
    for (int i = 1; i < count; ++i) {
        if (std::strcmp(arguments[i], "--tree") == 0) {
            tree = true;
            continue;
        }
        if (std::strcmp(arguments[i], "--quiet") == 0) {
            quiet = true;
            continue;
        }
        std::ifstream file(arguments[i], std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        const auto message = nextjob::mail::parseAny(bytes);
        if (quiet) continue;
        fmt::print("== {}\n", arguments[i]);
        if (message) {
            print(*message, tree);
        } else {
            fmt::print("error: {}\n", message.error().message);
        }
    }
}
