#pragma once

#include "store/preferences.hpp"
#include "store/skills.hpp"
#include "store/sqlite/database.hpp"

namespace nextjob::store::sqlite {

class SqliteSkills final : public Skills {
  public:
    explicit SqliteSkills(Database& database) : database_(database) {}

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

class SqlitePreferences final : public Preferences {
  public:
    explicit SqlitePreferences(Database& database) : database_(database) {}

    Task<Result<StoredPreferences>> ofUser(UserId user) override;
    Task<Result<void>> set(UserId user, std::string json, std::optional<ProfileVersion> whileProfile) override;

  private:
    Database& database_;
};

}  // namespace nextjob::store::sqlite
