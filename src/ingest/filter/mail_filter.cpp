#include "ingest/filter/mail_filter.hpp"

#include "mail/message.hpp"
#include "model/embedded.hpp"
#include "text/fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace nextjob::ingest {

namespace {

// Of the mail's own words: what a mail is about, it says early.
constexpr std::size_t lookedAt = 8000;
constexpr std::size_t hintsThatCount = 2, linksThatCount = 2;

std::string_view dataFile(std::string_view name) { return embedded(fmt::format("ingest/filter/data/{}", name)); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool isBelow(std::string_view domain, std::string_view top) {
    return domain == top || (domain.ends_with(top) && domain[domain.size() - top.size() - 1] == '.');
}

std::string_view domainOf(std::string_view address) {
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string_view{} : address.substr(at + 1);
}

FilterDecision passed(std::string reason) { return {.pass = true, .reason = std::move(reason)}; }

// The words that a person reads: without the header's lines, which are looked at by themselves.
std::string_view opening(const mail::Document& document) {
    std::string_view text = document.text;
    text.remove_prefix(std::min<std::size_t>(document.headers.end, text.size()));
    return text.substr(0, lookedAt);
}

}  // namespace

std::string addressOf(std::string_view from) {
    if (const auto open = from.rfind('<'); open != std::string_view::npos) {
        from.remove_prefix(open + 1);
        from = from.substr(0, from.find('>'));
    }
    const auto begin = from.find_first_not_of(" \t\r\n\"'");
    if (begin == std::string_view::npos) return {};
    from = from.substr(begin, from.find_last_not_of(" \t\r\n\"'") - begin + 1);
    if (!from.contains('@')) return {};
    std::string address(from);
    std::ranges::transform(address, address.begin(), lower);
    return address;
}

const SenderRule* ruleFor(std::string_view address, std::span<const SenderRule> rules) {
    const SenderRule* best = nullptr;
    if (address.empty()) return nullptr;
    for (const SenderRule& rule : rules) {
        const bool whole = !rule.sender.starts_with('@');
        const std::string_view named = whole ? std::string_view(rule.sender) : std::string_view(rule.sender).substr(1);
        if (named.empty() || !(whole ? address == named : isBelow(domainOf(address), named))) continue;
        if (whole) return &rule;
        if (best == nullptr || best->sender.size() < rule.sender.size()) best = &rule;
    }
    return best;
}

MailFilter::MailFilter() : words_(dataFile("words.txt")), hints_(dataFile("hints.txt")) {
    std::string_view file = dataFile("senders.txt");
    while (!file.empty()) {
        const auto end = file.find('\n');
        const auto line = file.substr(0, end);
        file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
        if (line.empty() || line.starts_with('#')) continue;
        (line.contains('.') ? domains_ : marks_).emplace_back(line);
    }
    std::ranges::sort(domains_);
}

FilterDecision MailFilter::decide(const RawMessage& mail, std::string_view snippet,
                                  std::span<const SenderRule> rules) const {
    std::string address = addressOf(mail.sender);
    if (const auto* rule = ruleFor(address, rules)) return ofRule(*rule);
    if (auto passed = byHeader(address, mail.subject)) return std::move(*passed);
    if (auto passed = byText(snippet)) return std::move(*passed);
    const auto read = mail::parseAny(mail.bytes);
    if (!read) return {.pass = true, .reason = "it can't be read here"};
    if (address.empty() || mail.subject.empty()) {
        // What the source did not know of its header.
        address = read->from ? read->from->address : std::string();
        if (const auto* rule = ruleFor(address, rules)) return ofRule(*rule);
        if (auto passed = byHeader(address, read->subject)) return std::move(*passed);
    }
    if (auto passed = byText(opening(*read->document))) return std::move(*passed);
    if (auto passed = byTree(*read->document)) return std::move(*passed);
    return {.pass = false, .reason = "no word of jobs in its sender, subject, text or links"};
}

std::size_t MailFilter::signs(const RawMessage& mail) const {
    const auto read = mail::parseAny(mail.bytes);
    if (!read) return 0;
    const std::string words = plainWords(read->subject) + " " + plainWords(opening(*read->document));
    constexpr std::size_t all = 1000;
    return words_.find(words, all).size() + hints_.find(words, all).size() / hintsThatCount
           + (byTree(*read->document) ? 1 : 0);
}

FilterDecision MailFilter::ofRule(const SenderRule& rule) {
    return {.pass = rule.read,
            .reason = fmt::format("you said to {} read mail from {}", rule.read ? "always" : "never", rule.sender)};
}

std::optional<FilterDecision> MailFilter::byHeader(std::string_view address, std::string_view subject) const {
    if (const auto known = senderOf(address); !known.empty())
        return passed(fmt::format("its sender has to do with jobs ({})", known));
    const std::string words = plainWords(subject);
    for (const WordList* list : {&words_, &hints_})
        if (const auto found = list->find(words, 1); !found.empty())
            return passed(fmt::format("the subject says \"{}\"", found.front()));
    return std::nullopt;
}

std::optional<FilterDecision> MailFilter::byText(std::string_view text) const {
    const std::string words = plainWords(text);
    if (const auto found = words_.find(words, 1); !found.empty())
        return passed(fmt::format("the text says \"{}\"", found.front()));
    if (const auto found = hints_.find(words, hintsThatCount); found.size() >= hintsThatCount)
        return passed(fmt::format("the text says \"{}\"", fmt::join(found, "\", \"")));
    return std::nullopt;
}

// Data for machines about a job, or links that lead to pages about jobs.
std::optional<FilterDecision> MailFilter::byTree(const mail::Document& document) const {
    const auto isPosting = [](const mail::StructuredItem& item) { return item.type == "JobPosting"; };
    if (std::ranges::any_of(document.items, isPosting)) return passed("it holds the data of a job posting");
    std::set<std::string_view> links;
    for (const mail::Node& node : document.nodes) {
        if (node.tag != mail::Tag::A) continue;
        const std::string_view link = document.attribute(node, "href");
        const std::string_view page = link.substr(0, link.find_first_of("?#"));
        if (saysJob(text::fold(page))) links.insert(page);
        if (links.size() >= linksThatCount) return passed("its links lead to pages about jobs");
    }
    return std::nullopt;
}

bool MailFilter::saysJob(std::string_view address) const {
    return std::ranges::any_of(marks_, [&](std::string_view mark) { return address.contains(mark); });
}

// Which entry of the list of senders the address has; "" for none.
std::string_view MailFilter::senderOf(std::string_view address) const {
    for (std::string_view domain = domainOf(address); domain.contains('.'); domain.remove_prefix(domain.find('.') + 1))
        if (const auto found = std::ranges::lower_bound(domains_, domain); found != domains_.end() && *found == domain)
            return *found;
    const auto mark = std::ranges::find_if(marks_, [&](std::string_view text) { return address.contains(text); });
    return mark == marks_.end() ? std::string_view{} : *mark;
}

}  // namespace nextjob::ingest
