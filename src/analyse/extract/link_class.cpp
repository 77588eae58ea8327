#include "analyse/extract/link_class.hpp"

#include "analyse/extract/sender.hpp"
#include "analyse/identity/url.hpp"
#include "model/embedded.hpp"
#include "text/find_any.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <ranges>
#include <stdexcept>

namespace nextjob::analyse {

namespace {

// Parameters that tell who clicked where, never which offer is meant; "utm_" stands for all that begin so.
constexpr std::string_view trackingParameters[] = {"utm_",  "trk",      "trkEmail", "trackingId", "refId",
                                                   "lipi",  "midToken", "midSig",   "otpToken",   "eid",
                                                   "gclid", "fbclid",   "mc_cid",   "mc_eid"};
constexpr std::size_t longestJudged = 400;  // bytes of a URL that say what it is; the rest is tracking

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Of an address in lower case.
bool wordCharacter(char c) { return (c >= 'a' && c <= 'z') || isDigit(c) || static_cast<unsigned char>(c) >= 0x80; }

// Numbers, hex and long slugs name one thing; "jobs" or "search" name a list.
bool namesOneThing(std::string_view segment) {
    const auto digits = std::ranges::count_if(segment, isDigit);
    const auto dashes = std::ranges::count(segment, '-') + std::ranges::count(segment, '_');
    return digits >= 4 || dashes >= 2 || (segment.size() >= 16 && digits >= 2) || segment.contains('%');
}

}  // namespace

std::string withoutTracking(std::string_view jobLink, const SenderProfile* sender) {
    const auto question = jobLink.find('?');
    if (question == std::string_view::npos) return std::string(jobLink.substr(0, jobLink.find('#')));
    std::string clean(jobLink.substr(0, question));
    if (sender != nullptr && sender->pathNamesOffer) return clean;
    char joint = '?';
    for (const auto part : std::views::split(jobLink.substr(question + 1), '&')) {
        const std::string_view parameter(part.begin(), part.end());
        const auto name = parameter.substr(0, parameter.find('='));
        const bool tracking = std::ranges::any_of(trackingParameters, [&](std::string_view known) {
            return known.ends_with('_') ? name.starts_with(known) : name == known;
        });
        if (tracking) continue;
        clean += joint;
        clean += parameter;
        joint = '&';
    }
    return clean;
}

LinkClassifier::LinkClassifier() {
    const auto file = embedded("analyse/extract/data/link_words.json");
    const auto data = boost::json::parse(boost::json::string_view(file.data(), file.size())).as_object();
    const auto add = [&](const char* key, WordClass kind) {
        for (const auto& word : data.at(key).as_array()) words_.try_emplace(std::string(word.as_string()), kind);
    };
    add("other", WordClass::Other);
    add("job", WordClass::Job);
    add("jobs", WordClass::Jobs);
    add("company", WordClass::Company);
}

LinkClass LinkClassifier::classify(std::string_view target, const SenderProfile* sender) const {
    if (sender != nullptr) {
        const auto judged = target.substr(0, longestJudged);
        const auto holds = [&](const std::string& part) { return judged.contains(part); };
        if (std::ranges::any_of(sender->otherLinks, holds)) return LinkClass::Other;
        if (std::ranges::any_of(sender->jobLinks, holds)) return LinkClass::Job;
    }
    return byWords(target);
}

LinkClass LinkClassifier::byWords(std::string_view target) const {
    const auto scheme = target.find("://");
    if (scheme == std::string_view::npos || !target.starts_with("http")) return LinkClass::Other;
    auto rest = target.substr(scheme + 3, longestJudged);
    const auto slash = std::min(text::findAny(rest, "/?#"), rest.size());
    const auto path = lowerAscii(rest.substr(slash));

    bool job = false, list = false, company = false, one = false;
    // "jobs.example.com/acme/4f0c…": the host may say it, too.
    for (const auto host = rest.substr(0, slash); const auto label : std::views::split(host, '.')) {
        const auto found = words_.find(std::string_view(label.begin(), label.end()));
        list = list || (found != words_.end() && (found->second == WordClass::Job || found->second == WordClass::Jobs));
    }
    const auto query = std::min(text::findAny(path, "?#"), path.size());
    for (std::size_t at = 0; at < query;) {
        const auto end = std::min(path.find('/', at), query);
        const auto segment = std::string_view(path).substr(at, end - at);
        at = end + 1;
        if (segment.empty()) continue;
        bool named = false;
        for (std::size_t word = 0; word < segment.size();) {
            if (!wordCharacter(segment[word])) {
                ++word;
                continue;
            }
            auto last = word;
            while (last < segment.size() && wordCharacter(segment[last])) ++last;
            // A slug's words speak of the job ("senior-sales-manager"), not of the page, unless few.
            if (const auto found = words_.find(segment.substr(word, last - word)); found != words_.end()) {
                named = true;
                const bool whole = std::ranges::count(segment, '-') <= 2;
                switch (found->second) {
                    case WordClass::Job:
                        job = job || whole;
                        list = false;
                        break;
                    case WordClass::Jobs: list = list || whole; break;
                    case WordClass::Company: company = company || last - word == segment.size(); break;
                    case WordClass::Other:
                        if (whole && !one) return LinkClass::Other;
                        break;
                }
            }
            word = last;
        }
        if ((job || list) && (namesOneThing(segment) || (!named && at > 1))) one = true;
    }
    const auto parameters = std::string_view(path).substr(query);
    for (const std::string_view id :
         {"jk=", "jobid=", "job_id=", "gh_jid=", "vacancyid=", "joblistingid=", "currentjobid=", "jl=", "offerid="}) {
        if (parameters.contains(id)) return LinkClass::Job;
    }
    if (parameters.contains("unsubscribe")) return LinkClass::Other;
    if (one || (job && query < path.size())) return LinkClass::Job;
    if (job && path.size() > 40) return LinkClass::Opaque;
    if (job || (list && query > 1)) return LinkClass::Other;
    if (company) return LinkClass::Company;
    return query <= 1 && path.size() <= 1 ? LinkClass::Other : LinkClass::Opaque;
}

}  // namespace nextjob::analyse
