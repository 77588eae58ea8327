#pragma once

#include "mail/document.hpp"

#include <string_view>

namespace nextjob::mail::html {

// The tag with this name in any case, or Other.
Tag tagNamed(std::string_view name);

// Void elements have no content and no end tag.
bool isVoid(Tag tag, std::string_view name);

// The attributes that the tree builder reads or keeps.
enum class AttributeName : unsigned char {
    Unknown,
    Href,
    Class,
    Id,
    Style,
    Title,
    Alt,
    Itemprop,
    Itemtype,
    Itemscope,
    Content,
    Datetime,
    Src,
    Name,
    AriaLabel,
    Role,
    Data,  // kept in the tree; Data is any data-…
    Bgcolor,
    Background,
    Color,
    Hidden,
    Type,  // read only
};

AttributeName attributeNamed(std::string_view name);

// The name as kept in the tree; not for Data, whose names are the mail's own.
std::string_view nameOf(AttributeName name);

constexpr bool isKept(AttributeName name) { return name >= AttributeName::Href && name <= AttributeName::Data; }

}  // namespace nextjob::mail::html
