#include "mail/document.hpp"

#include <algorithm>

namespace nextjob::mail {

std::string_view Document::attribute(const Node& node, std::string_view name) const {
    const auto own = std::span(attributes).subspan(node.firstAttribute, node.attributeCount);
    const auto found = std::ranges::find(own, name, &Attribute::name);
    return found == own.end() ? std::string_view{} : found->value;
}

}  // namespace nextjob::mail
