#include "api/handlers/users/user_export.hpp"

#include "api/handlers/auth/session_view.hpp"
#include "api/handlers/imports/import_view.hpp"
#include "api/handlers/integrations/imap_account_view.hpp"
#include "api/handlers/integrations/sync_view.hpp"
#include "api/handlers/job_offers/evidence_view.hpp"
#include "api/handlers/job_offers/offer_view.hpp"
#include "api/handlers/job_offers/sighting_view.hpp"
#include "api/handlers/job_offers/state_change_view.hpp"
#include "api/handlers/messages/message_view.hpp"
#include "api/handlers/messages/sender_rule_view.hpp"
#include "api/handlers/preferences/preferences_view.hpp"
#include "api/handlers/preferences/stored_wishes.hpp"
#include "api/handlers/skills/skill_view.hpp"
#include "api/handlers/users/user_view.hpp"
#include "store/google_credentials.hpp"
#include "store/imap_accounts.hpp"
#include "store/imports.hpp"
#include "store/mailboxes.hpp"
#include "store/messages.hpp"
#include "store/offers.hpp"
#include "store/preferences.hpp"
#include "store/sender_rules.hpp"
#include "store/sessions.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"
#include "text/timestamp.hpp"

namespace nextjob::api {

namespace {

constexpr int pageSize = 100;  // an offer's sightings bring up to 4 KB of mail each

struct GoogleAccountView {
    std::string_view email;
    std::optional<std::string> tokenExpiry;
};
BOOST_DESCRIBE_STRUCT(GoogleAccountView, (), (email, tokenExpiry))

// A sighting with its proof.
struct ProvenSightingView {
    SightingView sighting;
    EvidenceView evidence;
};
BOOST_DESCRIBE_STRUCT(ProvenSightingView, (), (sighting, evidence))

class UserExport final : public BodyStream {
  public:
    UserExport(store::Store& store, User user, SessionId session)
        : store_(store), user_(std::move(user)), session_(session) {}

    // Each stage writes a piece and says which comes next; a piece may be empty, the body's must not be.
    Task<std::optional<std::string>> next() override {
        std::string piece;
        while (piece.empty() && stage_ != Stage::End) {
            bool good = false;
            switch (stage_) {
                case Stage::Person: good = co_await writePerson(&piece); break;
                case Stage::Imports: good = co_await writeImports(&piece); break;
                case Stage::Messages: good = co_await writeMessages(&piece); break;
                case Stage::Offers: good = co_await readOffers(&piece); break;
                case Stage::Sightings: good = co_await writeSightings(&piece); break;
                case Stage::End: break;
            }
            if (!good) co_return std::nullopt;
        }
        co_return piece;
    }

  private:
    enum class Stage : std::uint8_t { Person, Imports, Messages, Offers, Sightings, End };

    template <class T>
    static void member(std::string* piece, std::string_view name, const T& value) {
        *piece += '"';
        *piece += name;
        *piece += "\":";
        wire::append(*piece, value);
        *piece += ",\n";
    }

    Task<bool> writePerson(std::string* piece) {
        *piece = "{";
        member(piece, "exported_at", text::timestamp(currentTime()));
        member(piece, "user", api::view(user_));
        const auto skills = co_await store_.skills().ofUser(user_.id);
        if (!skills) co_return false;
        std::vector<SkillView> known;
        for (const Skill& skill : *skills) known.push_back(api::view(skill));
        member(piece, "skills", known);
        const auto wishes = co_await storedWishes(store_.preferences(), user_.id);
        if (!wishes) co_return false;
        member(piece, "preferences", wire::Raw{preferencesJson(wishes->wishes, wishes->updated)});
        const auto google = co_await store_.googleCredentials().find(user_.id);
        if (!google && google.error().code != ErrorCode::NotFound) co_return false;
        std::optional<GoogleAccountView> account;
        if (google)
            account = GoogleAccountView{
                google->email, google->expiry ? std::optional(text::timestamp(*google->expiry)) : std::nullopt};
        member(piece, "google_account", account);
        if (!co_await writeMail(piece)) co_return false;
        const auto sessions = co_await store_.sessions().list(user_.id);
        if (!sessions) co_return false;
        std::vector<SessionView> signedIn;
        for (const Session& session : *sessions) signedIn.push_back(api::view(session, session_));
        member(piece, "sessions", signedIn);
        begin(piece, "imports", Stage::Imports);
        co_return true;
    }

    // What is read for the user, and what they said of it.
    Task<bool> writeMail(std::string* piece) {
        const auto imap = co_await store_.imapAccounts().find(user_.id);
        if (!imap && imap.error().code != ErrorCode::NotFound) co_return false;
        std::optional<ImapAccountView> account;
        if (imap) account = api::view(*imap);
        member(piece, "imap_account", account);
        const auto mailboxes = co_await store_.mailboxes().ofUser(user_.id);
        if (!mailboxes) co_return false;
        std::vector<SyncView> read;
        for (const Mailbox& mailbox : *mailboxes) read.push_back(api::view(mailbox));
        member(piece, "mailboxes", read);
        const auto rules = co_await store_.senderRules().ofUser(user_.id);
        if (!rules) co_return false;
        std::vector<SenderRuleView> said;
        for (const SenderRule& rule : *rules) said.push_back(api::view(rule));
        member(piece, "sender_rules", said);
        co_return true;
    }

    Task<bool> writeImports(std::string* piece) {
        PageRequest place = here();
        const auto page = co_await store_.imports().list(user_.id, std::move(place));
        if (!page) co_return false;
        for (const Import& import : page->items) item(piece, api::view(import));
        cursor_ = page->next;
        if (cursor_.empty()) end(piece, "messages", Stage::Messages);
        co_return true;
    }

    Task<bool> writeMessages(std::string* piece) {
        PageRequest place = here();
        const store::MessageFilter all;
        const auto page = co_await store_.messages().list(user_.id, all, std::move(place));
        if (!page) co_return false;
        for (const MessageRecord& message : page->items) item(piece, api::view(message));
        cursor_ = page->next;
        if (cursor_.empty()) end(piece, "job_offers", Stage::Offers);
        co_return true;
    }

    // Takes the next offer, from the next page when this one is done; or ends the file.
    Task<bool> readOffers(std::string* piece) {
        if (offer_ == offers_.size()) {
            if (allRead_) {
                *piece += "]}\n";
                stage_ = Stage::End;
                co_return true;
            }
            if (!co_await readPage()) co_return false;
            if (offers_.empty()) co_return true;
        }
        const StoredOffer& offer = offers_[offer_];
        const auto history = co_await store_.offers().history(user_.id, offer.id);
        if (!history && history.error().code != ErrorCode::NotFound) co_return false;
        if (!history) {  // deleted meanwhile
            ++offer_;
            co_return true;
        }
        std::vector<StateChangeView> steps;
        for (const StateChange& step : *history) steps.push_back(api::view(step));
        *piece += any_ ? ",\n{" : "{";
        any_ = true;
        member(piece, "offer", api::view(offer));
        member(piece, "history", steps);
        *piece += "\"sightings\":[";
        anySighting_ = false;
        sightingCursor_.clear();
        stage_ = Stage::Sightings;
        co_return true;
    }

    Task<bool> readPage() {
        OfferFilter every;
        every.states = {OfferState::New,      OfferState::Saved,   OfferState::Applied, OfferState::Interview,
                        OfferState::Rejected, OfferState::Offered, OfferState::Hidden};
        const OfferSort sort{.by = OfferOrder::FirstSeen, .descending = false};
        PageRequest place = here();
        auto page = co_await store_.offers().list(user_.id, std::move(every), sort, std::move(place));
        if (!page) co_return false;
        offers_ = std::move(page->items);
        offer_ = 0;
        cursor_ = page->next;
        allRead_ = cursor_.empty();
        co_return true;
    }

    Task<bool> writeSightings(std::string* piece) {
        PageRequest place{.limit = pageSize, .offset = 0, .cursor = sightingCursor_};
        const auto page = co_await store_.offers().sightings(user_.id, offers_[offer_].id, std::move(place));
        if (!page && page.error().code != ErrorCode::NotFound) co_return false;
        if (page) {
            for (const StoredSighting& one : page->items) {
                *piece += anySighting_ ? ",\n" : "";
                anySighting_ = true;
                wire::append(*piece, ProvenSightingView{api::view(one), evidenceView(one, TextUnit::CodePoint)});
            }
            sightingCursor_ = page->next;
        }
        if (page && !sightingCursor_.empty()) co_return true;
        *piece += "]}";
        ++offer_;
        stage_ = Stage::Offers;
        co_return true;
    }

    PageRequest here() const { return {.limit = pageSize, .offset = 0, .cursor = cursor_}; }

    void begin(std::string* piece, std::string_view name, Stage stage) {
        *piece += '"';
        *piece += name;
        *piece += "\":[";
        stage_ = stage;
        any_ = false;
        cursor_.clear();
    }
    void end(std::string* piece, std::string_view following, Stage stage) {
        *piece += "],\n";
        begin(piece, following, stage);
    }
    template <class T>
    void item(std::string* piece, const T& value) {
        *piece += any_ ? ",\n" : "";
        any_ = true;
        wire::append(*piece, value);
    }

    store::Store& store_;
    const User user_;
    const SessionId session_;  // the one that asks
    Stage stage_ = Stage::Person;
    std::string cursor_;  // of the list that is being written
    bool any_ = false;    // it has an item already
    std::vector<StoredOffer> offers_;
    std::size_t offer_ = 0;
    bool allRead_ = false;
    std::string sightingCursor_;
    bool anySighting_ = false;
};

}  // namespace

std::shared_ptr<BodyStream> userExport(store::Store& store, const User& user, SessionId session) {
    return std::make_shared<UserExport>(store, user, session);
}

}  // namespace nextjob::api
