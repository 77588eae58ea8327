#include "mail/structured.hpp"

#include "mail/ascii.hpp"
#include "mail/html/entities.hpp"
#include "mail/html/tokenizer.hpp"
#include "mail/text_writer.hpp"
#include "mail/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nextjob::mail {
namespace {

namespace json = boost::json;
constexpr auto npos = std::string_view::npos;

constexpr std::size_t maxScript = 1U << 20;
constexpr std::size_t maxValue = 32U << 10;
constexpr std::size_t maxText = 1U << 20;  // of the whole section
constexpr std::size_t maxFields = 20'000;
constexpr std::size_t maxDepth = 32;

struct PendingItem {
    std::string type;
    std::vector<std::pair<std::string, std::string>> fields;  // path and clean value
};

// The words of a value that holds HTML.
struct WordSink {
    TextWriter& writer;

    void startTag(const html::StartTag&) { writer.space(); }
    void endTag(Tag, std::string_view) { writer.space(); }
    void text(std::string_view source) { writer.writeMarkup(source); }
    void rawText(Tag, std::string_view) {}
    bool done() const { return writer.full(); }
};

std::string cleanValue(std::string_view value) {
    std::string out;
    TextWriter writer(out, maxValue);
    value = cutUtf8(value, maxValue * 4);
    if (value.find('<') != npos && value.find('>') != npos) {
        WordSink sink{writer};
        html::Tokenizer(value, sink).run();
    } else {
        writer.writeMarkup(value);
    }
    return out;
}

std::string typeName(std::string_view type) {
    const auto mark = type.find_last_of("/#:");
    return cleanLine(mark == npos ? type : type.substr(mark + 1), 64);
}

std::string join(std::string_view path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

// Collects items, whichever way a page states them, within bounds.
class Items {
  public:
    std::size_t add(std::string type) {
        items_.push_back({std::move(type), {}});
        return items_.size() - 1;
    }

    void field(std::size_t item, std::string_view path, std::string_view value) {
        std::string clean = cleanValue(value);
        if (clean.empty() || path.empty()) return;
        text_ += clean.size() + path.size() + 3;
        if (text_ > maxText || ++fields_ > maxFields) {
            whole_ = false;
            return;
        }
        items_[item].fields.emplace_back(cleanLine(path, 256), std::move(clean));
    }

    void damaged() { whole_ = false; }
    bool whole() const { return whole_; }
    const std::vector<PendingItem>& all() const { return items_; }

  private:
    std::vector<PendingItem> items_;
    std::size_t text_ = 0;
    std::size_t fields_ = 0;
    bool whole_ = true;
};

// JSON-LD.
class LinkedDataReader {
  public:
    explicit LinkedDataReader(Items& items) : items_(items) {}

    void read(std::string_view script) {
        if (script.size() > maxScript) return items_.damaged();
        script = unwrap(script);
        if (script.empty()) return;
        auto value = parse(script);
        if (!value && script.find('&') != npos) {  // some mailers escape it as if it were text
            std::string resolved;
            html::appendResolved(resolved, script, false);
            value = parse(resolved);
        }
        if (!value) return items_.damaged();
        top(*value);
    }

  private:
    // Out of the comment or CDATA marks that hide scripts from old programs.
    static std::string_view unwrap(std::string_view script) {
        constexpr std::string_view mark = "CDATA[";
        const auto data = script.substr(0, 64).find(mark);
        if (data != npos) {
            script.remove_prefix(data + mark.size());
            script = script.substr(0, script.rfind("]]>"));
        }
        const auto open = script.find_first_of("{[");
        const auto close = script.find_last_of("}]");
        if (open == npos || close == npos || close < open) return trim(script);
        return script.substr(open, close - open + 1);
    }

    static std::optional<json::value> parse(std::string_view text) {
        json::parse_options options;
        options.max_depth = maxDepth;
        options.allow_comments = true;
        options.allow_trailing_commas = true;
        options.allow_invalid_utf8 = true;
        boost::system::error_code error;
        auto value = json::parse({text.data(), text.size()}, error, {}, options);
        if (error) return std::nullopt;
        return value;
    }

    static std::string typeOf(const json::object& object) {
        const json::value* type = object.if_contains("@type");
        if (type == nullptr) return {};
        if (type->is_string()) return typeName(view(type->get_string()));
        std::string first;
        if (!type->is_array()) return first;
        for (const auto& one : type->get_array()) {
            if (!one.is_string()) continue;
            auto name = typeName(view(one.get_string()));
            if (name == "JobPosting") return name;
            if (first.empty()) first = std::move(name);
        }
        return first;
    }

    static std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

    void top(const json::value& value) {
        if (value.is_array()) {
            for (const auto& one : value.get_array()) top(one);
        } else if (value.is_object()) {
            const auto& object = value.get_object();
            if (const auto* graph = object.if_contains("@graph")) top(*graph);
            if (auto type = typeOf(object); !type.empty()) members(object, items_.add(std::move(type)), {});
        }
    }

    void members(const json::object& object, std::size_t item, std::string_view path) {
        for (const auto& [key, value] : object) {
            const std::string_view name(key.data(), key.size());
            if (name == "@value") {
                flatten(value, item, path);
            } else if (!name.starts_with('@')) {
                flatten(value, item, join(path, name));
            }
        }
    }

    void flatten(const json::value& value, std::size_t item, std::string_view path) {
        switch (value.kind()) {
            case json::kind::array:
                for (const auto& one : value.get_array()) flatten(one, item, path);
                break;
            case json::kind::object: {
                auto type = typeOf(value.get_object());
                // A posting inside a list is an item of its own.
                if (type == "JobPosting") return members(value.get_object(), items_.add(std::move(type)), {});
                return members(value.get_object(), item, path);
            }
            case json::kind::string: return items_.field(item, path, view(value.get_string()));
            case json::kind::bool_: return items_.field(item, path, value.get_bool() ? "true" : "false");
            case json::kind::double_: return items_.field(item, path, fmt::format("{}", value.get_double()));
            case json::kind::int64: return items_.field(item, path, fmt::format("{}", value.get_int64()));
            case json::kind::uint64: return items_.field(item, path, fmt::format("{}", value.get_uint64()));
            case json::kind::null: break;
        }
    }

    Items& items_;
};

// Microdata: one pass over the tree with the scopes that enclose the node.
class MicrodataReader {
  public:
    MicrodataReader(const Document& document, Items& items) : document_(document), items_(items) {}

    void read() {
        for (std::uint32_t index = 0; index < document_.nodes.size(); ++index) {
            const Node& node = document_.nodes[index];
            while (!scopes_.empty() && scopes_.back().end <= index) scopes_.pop_back();
            if (node.attributeCount > 0) visit(node);
        }
    }

  private:
    struct Scope {
        std::uint32_t end = 0;
        std::size_t item = 0;
        std::string path;
    };

    const std::string_view* find(const Node& node, std::string_view name) const {
        for (std::size_t i = 0; i < node.attributeCount; ++i) {
            const auto& attribute = document_.attributes[node.firstAttribute + i];
            if (attribute.name == name) return &attribute.value;
        }
        return nullptr;
    }

    void visit(const Node& node) {
        const auto* property = find(node, "itemprop");
        const auto* scope = find(node, "itemscope");
        if (property == nullptr && scope == nullptr) return;
        if (scope != nullptr) return open(node, property);
        if (scopes_.empty()) return;
        const std::string_view value = valueOf(node);
        for (std::string_view names = trim(*property); !names.empty();) {
            const auto end = std::min(names.find(' '), names.size());
            items_.field(scopes_.back().item, join(scopes_.back().path, names.substr(0, end)), value);
            names = trim(names.substr(end));
        }
    }

    void open(const Node& node, const std::string_view* property) {
        const auto* type = find(node, "itemtype");
        auto name = type == nullptr ? std::string{} : typeName(trim(*type));
        if (property != nullptr && !scopes_.empty() && name != "JobPosting" && scopes_.size() < maxDepth) {
            scopes_.push_back({node.end, scopes_.back().item, join(scopes_.back().path, trim(*property))});
        } else {
            scopes_.push_back({node.end, items_.add(std::move(name)), {}});
        }
    }

    std::string_view valueOf(const Node& node) const {
        for (const std::string_view name : {"content", "datetime", "href", "src"}) {
            if (const auto* value = find(node, name); value != nullptr && !value->empty()) return *value;
        }
        return document_.slice(node.text);
    }

    const Document& document_;
    Items& items_;
    std::vector<Scope> scopes_;
};

void writeSection(Document& document, const std::vector<PendingItem>& items) {
    auto& text = document.text;
    const auto position = [&text] { return static_cast<std::uint32_t>(text.size()); };
    for (const auto& pending : items) {
        if (pending.fields.empty()) continue;
        if (!text.empty()) text += "\n\n";
        if (document.structured.empty()) document.structured = {position(), position()};
        StructuredItem item{pending.type, {}};
        for (const auto& [path, value] : pending.fields) {
            if (!item.fields.empty()) text += '\n';
            text += path;
            text += ": ";
            const auto begin = position();
            text += value;
            item.fields.push_back({path, {begin, position()}});
        }
        document.structured.end = position();
        document.items.push_back(std::move(item));
    }
}

}  // namespace

bool appendStructuredData(Document& document, std::span<const std::string_view> linkedData) {
    Items items;
    LinkedDataReader reader(items);
    for (const auto script : linkedData) reader.read(script);
    MicrodataReader(document, items).read();
    writeSection(document, items.all());
    return items.whole();
}

}  // namespace nextjob::mail
