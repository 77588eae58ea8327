#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace nextjob::mail::html {

// 0xRRGGBB, or one of two that are no colour.
using Colour = std::int32_t;
inline constexpr Colour notSet = -1;   // nothing said, or transparent: what lies beneath
inline constexpr Colour unknown = -2;  // a picture, a gradient, a name that we don't know

enum class Display : std::uint8_t { Unset, None, Inline, Block, Other };
enum class Shown : std::uint8_t { Unset, No, Yes };

// What CSS declarations say that bears on whether and how text is shown.
struct StyleFacts {
    Display display = Display::Unset;
    bool displayImportant = false;
    Shown visibility = Shown::Unset;
    Shown fontSize = Shown::Unset;  // No: too small to read
    bool zeroBox = false;           // no height or no width
    bool overflowHidden = false;
    bool transparent = false;  // opacity 0
    bool offscreen = false;
    Colour colour = notSet;
    Colour background = notSet;

    // Takes in the declarations of a style attribute or rule; later ones win.
    void apply(std::string_view declarations);
    void merge(const StyleFacts& later);

    bool hides() const { return display == Display::None || (zeroBox && overflowHidden) || transparent || offscreen; }
    friend bool operator==(const StyleFacts&, const StyleFacts&) = default;
};

// "#fff", "#ffffff", "rgb(255, 255, 255)", "white".
Colour parseColour(std::string_view text);

// The rules of <style> elements that name one class or id (".x", "#x", "td.x") and hide, colour or size it.
// Rules inside @media are left out: they speak of another screen. Views point into the CSS given.
class Stylesheet {
  public:
    void add(std::string_view css);

    // Takes in what the rules say of an element with these attributes.
    void apply(std::string_view classes, std::string_view id, StyleFacts& facts) const;
    bool empty() const { return rules_.empty(); }

  private:
    void addRule(std::string_view selectors, std::string_view declarations);

    std::unordered_map<std::string_view, StyleFacts> rules_;  // ".x" or "#x"
};

}  // namespace nextjob::mail::html
