#pragma once

#include "contract/engine.hpp"

namespace nextjob::contract {

// A store with two users, whose mails bring offers.
class OffersFixture : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ada = addUser("Ada@example.org");
        eve = addUser("eve@example.org");
    }

    // A mail of that day (after a first one) that brings these offers.
    store::IngestReport receive(UserId user, std::vector<OfferSighting> found, int day = 0) {
        RawMessage raw = mail(user, "mail" + std::to_string(++mails_));
        raw.receivedAt = dayNumber(day);
        const MessageId id = get(queue->accept({raw})).items[0].message;
        return get(offers().ingest({analysed(user, id, std::move(found))}));
    }

    static Timestamp dayNumber(int day) {
        return Timestamp(std::chrono::milliseconds(1'780'000'000'000)) + std::chrono::days(day);
    }

    std::vector<StoredOffer> all(OfferFilter filter = {}, OfferSort sort = {}) {
        return get(offers().list(ada, std::move(filter), sort, {})).items;
    }

    std::vector<std::string> titles(OfferFilter filter = {}, OfferSort sort = {}) {
        std::vector<std::string> found;
        for (const StoredOffer& offer : all(std::move(filter), sort)) found.push_back(offer.facts.title);
        return found;
    }

    std::vector<std::string> search(const std::string& text) { return titles({.text = text}); }

    ProfileVersion profileOf(UserId user) { return get(store->preferences().ofUser(user)).profile; }

    std::vector<std::string> staleTitles() {
        std::vector<std::string> found;
        for (const StoredOffer& offer : get(offers().stale(ada, 0, 10))) found.push_back(offer.facts.title);
        return found;
    }

    SkillId addSkill(const std::string& name) {
        get(skills().ensure({name}));
        return get(skills().findByNames({name})).at(0).id;
    }

    UserId ada = 0, eve = 0;

  private:
    int mails_ = 0;
};

}  // namespace nextjob::contract
