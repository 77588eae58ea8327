#include "api/rendered_pages.hpp"

#include <lz4.h>

#include <stdexcept>
#include <utility>

namespace nextjob::api {

namespace {

// Of an entry beside its texts: the nodes of list and map, the counted pointer.
constexpr std::size_t overhead = 256;

}  // namespace

std::size_t RenderedPages::Entry::bytes() const {
    return name.size() + mark.email.size() + page->bytes.size() + overhead;
}

std::optional<std::string> RenderedPages::find(const std::string& name, const OfferListMark& mark) {
    std::shared_ptr<const Packed> page;
    {
        const std::scoped_lock lock(mutex_);
        const auto known = byName_.find(name);
        if (known == byName_.end() || known->second->mark != mark) return std::nullopt;
        entries_.splice(entries_.begin(), entries_, known->second);
        page = known->second->page;
    }
    return unpack(*page);
}

void RenderedPages::keep(std::string name, OfferListMark mark, std::string_view json) {
    auto page = std::make_shared<const Packed>(pack(json));
    const std::scoped_lock lock(mutex_);
    if (const auto known = byName_.find(name); known != byName_.end()) {
        if (known->second->mark.changes > mark.changes) return;
        forget(known->second);
    }
    entries_.push_front({std::move(name), std::move(mark), std::move(page)});
    byName_.emplace(entries_.front().name, entries_.begin());
    bytes_ += entries_.front().bytes();
    while (bytes_ > mostBytes_) forget(std::prev(entries_.end()));
}

// LZ4: several offers of a page say the same, and to unpack it takes less than to copy it through a socket.
RenderedPages::Packed RenderedPages::pack(std::string_view json) {
    std::string bytes;
    const int bound = LZ4_compressBound(static_cast<int>(json.size()));
    bytes.resize_and_overwrite(static_cast<std::size_t>(bound), [&](char* to, std::size_t) {
        return static_cast<std::size_t>(LZ4_compress_default(json.data(), to, static_cast<int>(json.size()), bound));
    });
    // A copy: what was packed has room for all that could not be.
    return {.bytes = std::string(std::string_view(bytes)), .length = json.size()};
}

std::string RenderedPages::unpack(const Packed& page) {
    std::string json;
    json.resize_and_overwrite(page.length, [&page](char* to, std::size_t room) {
        const int made =
            LZ4_decompress_safe(page.bytes.data(), to, static_cast<int>(page.bytes.size()), static_cast<int>(room));
        return made < 0 ? 0 : static_cast<std::size_t>(made);
    });
    if (json.size() != page.length) throw std::logic_error("a packed page that does not unpack");
    return json;
}

void RenderedPages::forget(Entries::iterator entry) {
    bytes_ -= entry->bytes();
    byName_.erase(entry->name);
    entries_.erase(entry);
}

}  // namespace nextjob::api
