#include "store/sqlite/sqlite_skills.hpp"

#include "store/not_found.hpp"
#include "store/sql/skills.hpp"
#include "store/sql/users.hpp"
#include "store/sqlite/list.hpp"
#include "text/fold.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace nextjob::store::sqlite {
namespace {

std::optional<Skill> readSkill(Query query) {
    if (!query.step()) return std::nullopt;
    return Skill{.id = query.integer(0), .name = query.text(1)};
}

std::vector<Skill> skillsOf(Connection& connection, UserId user) {
    std::vector<Skill> skills;
    Query query = connection.query(sql::skillsOfUser, user);
    while (query.step()) skills.push_back({.id = query.integer(0), .name = query.text(1)});
    return skills;
}

// Adds them; the skills that the user has then.
Result<std::vector<Skill>> addSkills(Connection& connection, UserId user, const std::vector<SkillId>& skills) {
    for (const SkillId skill : skills) {
        if (!readSkill(connection.query(sql::findSkill, skill))) {
            return failure(ErrorCode::NotFound, fmt::format("There is no skill with the id {}.", skill));
        }
        connection.run(sql::addUserSkill, user, skill);
    }
    return skillsOf(connection, user);
}

}  // namespace

Task<Result<int>> SqliteSkills::ensure(std::vector<std::string> names) {
    return database_.write([names = std::move(names)](Connection& connection) -> Result<int> {
        int added = 0;
        for (const std::string& name : names) {
            const std::string key = text::fold(name);
            if (readSkill(connection.query(sql::findSkillByKey, key))) continue;
            added += connection.run(sql::insertSkill, name, key);
        }
        return added;
    });
}

Task<Result<Page<Skill>>> SqliteSkills::catalogue(std::string search, PageRequest page) {
    return database_.read(
        [search = text::fold(search), page = std::move(page)](Connection& connection) -> Result<Page<Skill>> {
            ListQuery skills{.name = "skills",
                             .columns = "id, name_key, name",
                             .from = "skills",
                             .countFrom = "skills",
                             .where = "true",
                             .values = {},
                             .id = "id",
                             .key = "name_key",
                             .keyIsText = true};
            if (!search.empty()) {
                skills.where = "instr(name_key, $1) > 0";
                skills.values.emplace_back(search);
            }
            const auto reader = PageReader::prepare(skills, page);
            if (!reader) return std::unexpected(reader.error());
            return reader->read<Skill>(
                connection, [](const Query& query) { return Skill{.id = query.integer(0), .name = query.text(2)}; });
        });
}

Task<Result<Skill>> SqliteSkills::find(SkillId id) {
    return database_.read([id](Connection& connection) -> Result<Skill> {
        auto skill = readSkill(connection.query(sql::findSkill, id));
        if (!skill) return failure(ErrorCode::NotFound, "There is no such skill.");
        return std::move(*skill);
    });
}

Task<Result<std::vector<Skill>>> SqliteSkills::findByNames(std::vector<std::string> names) {
    return database_.read([names = std::move(names)](Connection& connection) -> Result<std::vector<Skill>> {
        std::vector<Skill> skills;
        std::string unknown;
        for (const std::string& name : names) {
            if (auto skill = readSkill(connection.query(sql::findSkillByKey, text::fold(name)))) {
                skills.push_back(std::move(*skill));
            } else {
                unknown += (unknown.empty() ? "" : ", ") + name;
            }
        }
        if (!unknown.empty()) {
            return failure(ErrorCode::Invalid, fmt::format("The catalogue of skills lacks: {}.", unknown));
        }
        return skills;
    });
}

Task<Result<std::vector<Skill>>> SqliteSkills::ofUser(UserId user) {
    return database_.read(
        [user](Connection& connection) -> Result<std::vector<Skill>> { return skillsOf(connection, user); });
}

Task<Result<std::vector<Skill>>> SqliteSkills::set(UserId user, std::vector<SkillId> skills) {
    return database_.write([user, skills = std::move(skills)](Connection& connection) -> Result<std::vector<Skill>> {
        if (connection.run(sql::countProfileChange, user) == 0) return noSuchUser();
        connection.run(sql::clearUserSkills, user);
        return addSkills(connection, user, skills);
    });
}

Task<Result<std::vector<Skill>>> SqliteSkills::add(UserId user, std::vector<SkillId> skills) {
    return database_.write([user, skills = std::move(skills)](Connection& connection) -> Result<std::vector<Skill>> {
        if (connection.run(sql::countProfileChange, user) == 0) return noSuchUser();
        return addSkills(connection, user, skills);
    });
}

Task<Result<std::vector<Skill>>> SqliteSkills::remove(UserId user, std::vector<SkillId> skills) {
    return database_.write([user, skills = std::move(skills)](Connection& connection) -> Result<std::vector<Skill>> {
        int removed = 0;
        for (const SkillId skill : skills) removed += connection.run(sql::removeUserSkill, user, skill);
        if (removed != 0) connection.run(sql::countProfileChange, user);
        return skillsOf(connection, user);
    });
}

Task<Result<StoredPreferences>> SqlitePreferences::ofUser(UserId user) {
    return database_.read([user](Connection& connection) -> Result<StoredPreferences> {
        Query query = connection.query(sql::findPreferences, user);
        if (!query.step()) return StoredPreferences{};
        const ProfileVersion version = query.integer(2);
        if (query.isNull(0)) return StoredPreferences{.json = "{}", .updated = {}, .profile = version};
        return StoredPreferences{.json = query.text(0), .updated = query.time(1), .profile = version};
    });
}

Task<Result<void>> SqlitePreferences::set(UserId user, std::string json, std::optional<ProfileVersion> whileProfile) {
    return database_.write([this, user, json = std::move(json), whileProfile](Connection& connection) -> Result<void> {
        boost::system::error_code broken;
        boost::json::parse(json, broken);
        if (broken) return failure(ErrorCode::Invalid, "The preferences are not JSON.");
        if (connection.integerOf(sql::userExists, user) == 0) return noSuchUser();
        const int counted = whileProfile ? connection.run(sql::countProfileChangeFrom, user, *whileProfile)
                                         : connection.run(sql::countProfileChange, user);
        if (counted == 0) return failure(ErrorCode::Conflict, "The profile has changed meanwhile.");
        connection.run(sql::setPreferences, user, json, database_.now());
        return {};
    });
}

}  // namespace nextjob::store::sqlite
