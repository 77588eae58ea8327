#pragma once

#include "store/postgres/database.hpp"
#include "store/preferences.hpp"
#include "store/skills.hpp"

namespace nextjob::store::postgres {

class PostgresSkills final : public Skills {
  public:
    explicit PostgresSkills(Database& database) : database_(database) {}

    Task<Result<int>> ensure(std::vector<std::string> names) override;
    Task<Result<Page<Skill>>> catalogue(std::string search, PageRequest page) override;
    Task<Result<Skill>> find(SkillId id) override;
    Task<Result<std::vector<Skill>>> findByNames(std::vector<std::string> names) override;
    Task<Result<std::vector<Skill>>> ofUser(UserId user) override;
    Task<Result<std::vector<Skill>>> set(UserId user, std::vector<SkillId> skills) override;
    Task<Result<std::vector<Skill>>> add(UserId user, std::vector<SkillId> skills) override;
    Task<Result<std::vector<Skill>>> remove(UserId user, std::vector<SkillId> skills) override;

  private:
    Database& database_;
};

class PostgresPreferences final : public Preferences {
  public:
    explicit PostgresPreferences(Database& database) : database_(database) {}

    Task<Result<StoredPreferences>> ofUser(UserId user) override;
    Task<Result<void>> set(UserId user, std::string json, std::optional<ProfileVersion> whileProfile) override;

  private:
    Database& database_;
};

}  // namespace nextjob::store::postgres
