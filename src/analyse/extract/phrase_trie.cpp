#include "analyse/extract/phrase_trie.hpp"

#include <algorithm>
#include <stdexcept>

namespace nextjob::analyse {

namespace {

constexpr std::uint32_t longestGap = 8;  // words that "…" may stand for

}  // namespace

std::vector<std::string> phrasePieces(std::string_view phrase) {
    std::vector<std::string> pieces(1);
    for (std::size_t at = 0; at < phrase.size();) {
        const std::size_t mark = phrase[at] == '#' ? 1 : phrase.substr(at).starts_with("…") ? 3 : 0;
        if (mark != 0) {
            pieces.emplace_back(phrase.substr(at, mark));
            pieces.emplace_back();
        } else if (phrase[at] == ' ') {
            pieces.emplace_back();
        } else {
            pieces.back() += phrase[at];
        }
        at += std::max<std::size_t>(mark, 1);
    }
    std::erase(pieces, "");
    return pieces;
}

std::uint32_t WordTable::add(std::string_view word, std::uint32_t& next) {
    const auto [id, fresh] = ids_.insert(hashWord(word), next);
    if (fresh) {
        ++next;
        words_.emplace(id, word);
    } else if (words_.at(id) != word) {
        throw std::logic_error("two words of one hash: " + words_.at(id) + " and " + std::string(word));
    }
    return id;
}

std::uint32_t PhraseTrie::step(std::uint32_t node, std::uint32_t id) {
    const auto key = ((static_cast<std::uint64_t>(node) << 32U) | id) + 1;  // zero marks an empty slot
    const auto [next, fresh] = known_.insert(key, static_cast<std::uint32_t>(growing_.size()));
    if (fresh) {
        growing_.emplace_back();
        growingEdges_.push_back({node, id, next});
    }
    return next;
}

std::uint32_t PhraseTrie::stepGap(std::uint32_t node) {
    if (growing_[node].gap == none) {
        growing_[node].gap = static_cast<std::uint32_t>(growing_.size());
        growing_.emplace_back();
    }
    return growing_[node].gap;
}

// A piece between spaces may be several words ("l'offre"); only its outer ones can be open.
std::uint32_t PhraseTrie::stepWord(std::uint32_t node, std::string_view piece) {
    const bool openBegin = piece.starts_with('~');
    const bool openEnd = piece.ends_with('~');
    const auto words = cutWords(piece);
    for (std::size_t i = 0; i < words.list.size(); ++i) {
        const auto word = words.fold(words.list[i]);
        const bool stem = word.size() >= shortestStem && word.size() <= StemLengths::longest;
        if (openBegin && i == 0 && stem) {
            endingLengths_.add(word.substr(word.size() - shortestStem), word.size());
            node = step(node, endings_.add(word, nextId_));
        } else if (openEnd && i + 1 == words.list.size() && stem) {
            beginningLengths_.add(word.substr(0, shortestStem), word.size());
            node = step(node, beginnings_.add(word, nextId_));
        } else {
            node = step(node, exact_.add(word, nextId_));
        }
    }
    return node;
}

void PhraseTrie::add(std::string_view phrase, Meaning meaning) {
    const auto pieces = phrasePieces(phrase);
    std::uint32_t node = root;
    for (const auto& piece : pieces) {
        if (piece == "#") {
            node = step(node, numberId);
        } else if (piece == "…") {
            if (node != root && &piece != &pieces.back()) node = stepGap(node);
        } else {
            node = stepWord(node, piece);
        }
    }
    if (node == root) return;
    auto& meanings = growing_[node].meanings;
    const auto same = [&](const Meaning& known) {
        return known.topic == meaning.topic && known.value == meaning.value && known.language == meaning.language;
    };
    if (std::ranges::none_of(meanings, same)) meanings.push_back(meaning);
}

void PhraseTrie::seal() {
    std::ranges::sort(growingEdges_, {}, [](const GrowingEdge& e) { return std::pair(e.from, e.id); });
    fromRoot_.assign(nextId_, none);
    states_.reserve(growing_.size() + 1);
    edges_.reserve(growingEdges_.size());
    auto edge = growingEdges_.begin();
    for (std::uint32_t node = 0; node < growing_.size(); ++node) {
        const auto& from = growing_[node];
        states_.push_back(
            {static_cast<std::uint32_t>(edges_.size()), static_cast<std::uint32_t>(meanings_.size()), from.gap});
        meanings_.insert(meanings_.end(), from.meanings.begin(), from.meanings.end());
        for (; edge != growingEdges_.end() && edge->from == node; ++edge) {
            if (node == root)
                fromRoot_[edge->id] = edge->to;
            else
                edges_.push_back({edge->id, edge->to});
        }
    }
    states_.push_back({static_cast<std::uint32_t>(edges_.size()), static_cast<std::uint32_t>(meanings_.size()), none});
    growing_ = {};
    growingEdges_ = {};
    known_ = {};
    for (auto* table : {&exact_, &beginnings_, &endings_}) table->seal();
}

PhraseTrie::WordIds PhraseTrie::idsOf(std::string_view folded, std::uint64_t hash, bool number) const {
    WordIds ids;
    if (number) ids.add(numberId);
    if (const auto* id = exact_.find(hash)) ids.add(*id);
    if (folded.size() < shortestStem || number) return ids;
    beginningLengths_.each(folded.substr(0, shortestStem), folded.size(), [&](std::size_t size) {
        if (const auto* id = beginnings_.find(hashWord(folded.substr(0, size)))) ids.add(*id);
    });
    endingLengths_.each(folded.substr(folded.size() - shortestStem), folded.size(), [&](std::size_t size) {
        if (const auto* id = endings_.find(hashWord(folded.substr(folded.size() - size)))) ids.add(*id);
    });
    return ids;
}

std::uint32_t PhraseTrie::child(std::uint32_t state, std::uint32_t id) const {
    const auto begin = edges_.begin() + states_[state].edge, end = edges_.begin() + states_[state + 1].edge;
    const auto found = std::ranges::lower_bound(begin, end, id, {}, &Edge::id);
    return found != end && found->id == id ? found->to : none;
}

// The phrases that begin at one word after another.
class PhraseTrie::Walk {
  public:
    Walk(const PhraseTrie& trie, std::span<const WordIds> ids) : trie_(trie), ids_(ids) { hits_.reserve(ids.size()); }

    std::vector<Hit> run() {
        for (first_ = 0; first_ < ids_.size(); ++first_) {
            begin_ = hits_.size();
            for (const auto id : ids_[first_].all()) {
                if (const auto state = trie_.fromRoot_[id]; state != none) visit(state, first_ + 1);
            }
        }
        return std::move(hits_);
    }

  private:
    // Arrived at a state, `at` being the next word.
    void visit(std::uint32_t state, std::uint32_t at) {
        const auto& here = trie_.states_[state];
        const auto& next = trie_.states_[state + 1];
        for (auto i = here.meaning; i < next.meaning; ++i) add(trie_.meanings_[i], at);
        if (here.edge != next.edge && at < ids_.size()) follow(state, at);
        if (here.gap == none) return;
        for (std::uint32_t skipped = 0; skipped <= longestGap && at + skipped < ids_.size(); ++skipped)
            follow(here.gap, at + skipped);
    }

    void follow(std::uint32_t state, std::uint32_t at) {
        for (const auto id : ids_[at].all()) {
            if (const auto next = trie_.child(state, id); next != none) visit(next, at + 1);
        }
    }

    // Longer hits stand before shorter ones of the same word.
    void add(const Meaning& meaning, std::uint32_t end) {
        const Hit hit{.word = first_,
                      .words = static_cast<std::uint16_t>(end - first_),
                      .topic = meaning.topic,
                      .value = meaning.value,
                      .language = meaning.language,
                      .weak = meaning.weak};
        auto place = hits_.end();
        while (place != hits_.begin() + static_cast<std::ptrdiff_t>(begin_) && std::prev(place)->words < hit.words)
            --place;
        hits_.insert(place, hit);
    }

    const PhraseTrie& trie_;
    std::span<const WordIds> ids_;
    std::vector<Hit> hits_;
    std::uint32_t first_ = 0;
    std::size_t begin_ = 0;  // of the hits that begin at `first_`
};

std::vector<Hit> PhraseTrie::scan(const Words& words) const {
    std::vector<WordIds> ids;
    ids.reserve(words.list.size());
    // Mails say a word again and again: what it was is kept where the caches of the machine reach it.
    struct Said {
        std::uint64_t hash = 0;
        std::size_t word = 0;
    };
    std::array<Said, 512> said{};
    for (const auto& word : words.list) {
        const auto folded = words.fold(word);
        const auto hash = hashWord(folded);
        auto& last = said[hash / 2 % said.size()];
        ids.push_back(last.hash == hash ? ids[last.word] : idsOf(folded, hash, word.number));
        last = {hash, ids.size() - 1};
    }
    return Walk(*this, ids).run();
}

}  // namespace nextjob::analyse
