#include "api/handlers/job_offers/offer_export.hpp"

#include "api/handlers/job_offers/offer_view.hpp"
#include "store/offers.hpp"
#include "text/csv.hpp"

#include <fmt/format.h>

namespace nextjob::api {

namespace {

constexpr int pageSize = 200;

constexpr std::string_view csvHeader =
    "id,match_score,status,title,company,location,work_mode,salary,employment_type,seniority,posted,skills,reason,"
    "technologies_matched,apply_link,source,first_seen,last_seen\r\n";

std::string orEmpty(std::optional<std::string_view> value) { return std::string(value.value_or("")); }

std::string csvLine(const OfferView& offer) {
    using text::csvField;
    return fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", offer.id, offer.matchScore, offer.status,
        csvField(offer.title), csvField(orEmpty(offer.company)), csvField(orEmpty(offer.location)),
        orEmpty(offer.workMode), csvField(offer.salary ? offer.salary->verbatim : ""), orEmpty(offer.employmentType),
        orEmpty(offer.seniority), offer.posted.value_or(""), csvField(fmt::format("{}", fmt::join(offer.skills, "; "))),
        csvField(offer.reason), csvField(offer.technologiesMatched), csvField(orEmpty(offer.applyLink)),
        csvField(offer.source), offer.firstSeen, offer.lastSeen);
}

class OfferExport final : public BodyStream {
  public:
    OfferExport(store::Offers& offers, UserId user, OfferFilter filter, OfferSort sort, ExportFormat format)
        : offers_(offers), user_(user), filter_(std::move(filter)), sort_(sort), format_(format) {}

    Task<std::optional<std::string>> next() override {
        if (ended_) co_return std::string();
        PageRequest place{.limit = pageSize, .offset = 0, .cursor = cursor_};
        const auto page = co_await offers_.list(user_, filter_, sort_, std::move(place));
        if (!page) co_return std::nullopt;
        std::string piece = begun_ ? "" : format_ == ExportFormat::Csv ? std::string(csvHeader) : "[";
        for (const StoredOffer& offer : page->items) append(piece, offer);
        cursor_ = page->next;
        ended_ = cursor_.empty();
        if (ended_ && format_ == ExportFormat::Json) piece += "]\n";
        begun_ = true;
        co_return piece;
    }

  private:
    void append(std::string& piece, const StoredOffer& offer) {
        if (format_ == ExportFormat::Csv) {
            piece += csvLine(view(offer));
            return;
        }
        piece += any_ ? ",\n" : "";
        any_ = true;
        wire::append(piece, view(offer));
    }

    store::Offers& offers_;
    const UserId user_;
    const OfferFilter filter_;
    const OfferSort sort_;
    const ExportFormat format_;
    std::string cursor_;
    bool begun_ = false;
    bool any_ = false;  // an offer has been written
    bool ended_ = false;
};

}  // namespace

std::shared_ptr<BodyStream> offerExport(store::Offers& offers, UserId user, OfferFilter filter, OfferSort sort,
                                        ExportFormat format) {
    return std::make_shared<OfferExport>(offers, user, std::move(filter), sort, format);
}

}  // namespace nextjob::api
