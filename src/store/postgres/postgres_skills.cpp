#include "store/postgres/postgres_skills.hpp"

#include "store/not_found.hpp"
#include "store/postgres/list.hpp"
#include "store/sql/skills.hpp"
#include "store/sql/users.hpp"
#include "text/fold.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <map>
#include <set>

namespace nextjob::store::postgres {
namespace {

constexpr std::string_view insertSkills = R"(
    insert into skills (name, name_key) select name, name_key from unnest($1::text[], $2::text[]) as t (name, name_key)
    order by name_key on conflict (name_key) do nothing)";
constexpr std::string_view findSkillsByKeys = "select id, name, name_key from skills where name_key = any ($1::text[])";
constexpr std::string_view missingSkills = R"(
    select wanted from unnest($1::bigint[]) with ordinality as t (wanted, place)
    where not exists (select 1 from skills where id = wanted) order by place limit 1)";
constexpr std::string_view addUserSkills = R"(
    insert into user_skills (user_id, skill_id) select $1::bigint, id from skills where id = any ($2::bigint[]) order by id
    on conflict do nothing)";
constexpr std::string_view removeUserSkills =
    "delete from user_skills where user_id = $1 and skill_id = any ($2::bigint[])";

std::vector<Skill> readSkills(const Rows& rows) {
    std::vector<Skill> skills;
    for (int row = 0; row < rows.size(); ++row) {
        skills.push_back({.id = rows[row].integer(0), .name = rows[row].text(1)});
    }
    return skills;
}

// Counting the change first takes the user's row: calls that change one user's skills follow each other.
Task<Result<std::vector<Skill>>> changeSkills(Call& call, UserId user, std::vector<SkillId> skills, bool replace) {
    Batch batch;
    batch.add(sql::countProfileChange, user);
    batch.add(missingSkills, column(integers(), skills));
    if (replace) batch.add(sql::clearUserSkills, user);
    const auto found = co_await call.run(std::move(batch));
    if (found[0].changed() == 0) co_return noSuchUser();
    if (!found[1].empty()) {
        co_return failure(ErrorCode::NotFound,
                          fmt::format("There is no skill with the id {}.", found[1][0].integer(0)));
    }
    Batch rest;
    rest.add(addUserSkills, user, column(integers(), skills));
    rest.add(sql::skillsOfUser, user);
    const auto answers = co_await call.runAndCommit(std::move(rest));
    co_return readSkills(answers[1]);
}

}  // namespace

Task<Result<int>> PostgresSkills::ensure(std::vector<std::string> names) {
    std::vector<std::string> keys;
    for (const std::string& name : names) keys.push_back(text::fold(name));
    auto work = [names = column(texts(), names), keys = column(texts(), keys)](Call& call) -> Task<Result<int>> {
        const Rows rows = co_await call.query(insertSkills, names, keys);
        co_return rows.changed();
    };
    co_return co_await database_.once(std::move(work));
}

Task<Result<Page<Skill>>> PostgresSkills::catalogue(std::string search, PageRequest page) {
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
        skills.where = "strpos(name_key, $1) > 0";
        skills.values.emplace_back(text::fold(search));
    }
    return readPage<Skill>(database_, std::move(skills), std::move(page),
                           [](const Row& row) { return Skill{.id = row.integer(0), .name = row.text(2)}; });
}

Task<Result<Skill>> PostgresSkills::find(SkillId id) {
    auto work = [id](Call& call) -> Task<Result<Skill>> {
        const Rows rows = co_await call.query(sql::findSkill, id);
        if (rows.empty()) co_return failure(ErrorCode::NotFound, "There is no such skill.");
        co_return Skill{.id = rows[0].integer(0), .name = rows[0].text(1)};
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<Skill>>> PostgresSkills::findByNames(std::vector<std::string> names) {
    auto work = [names = std::move(names)](Call& call) -> Task<Result<std::vector<Skill>>> {
        std::vector<std::string> keys;
        for (const std::string& name : names) keys.push_back(storable(text::fold(name)));
        const Rows rows = co_await call.query(findSkillsByKeys, column(texts(), keys));
        std::map<std::string, Skill> known;
        for (int row = 0; row < rows.size(); ++row) {
            known.emplace(rows[row].text(2), Skill{.id = rows[row].integer(0), .name = rows[row].text(1)});
        }
        std::vector<Skill> skills;
        std::string unknown;
        for (std::size_t place = 0; place < names.size(); ++place) {
            const auto found = known.find(keys[place]);
            if (found != known.end()) {
                skills.push_back(found->second);
            } else {
                unknown += (unknown.empty() ? "" : ", ") + names[place];
            }
        }
        if (!unknown.empty()) {
            co_return failure(ErrorCode::Invalid, fmt::format("The catalogue of skills lacks: {}.", unknown));
        }
        co_return skills;
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<Skill>>> PostgresSkills::ofUser(UserId user) {
    auto work = [user](Call& call) -> Task<Result<std::vector<Skill>>> {
        const Rows rows = co_await call.query(sql::skillsOfUser, user);
        co_return readSkills(rows);
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<std::vector<Skill>>> PostgresSkills::set(UserId user, std::vector<SkillId> skills) {
    auto work = [user, skills = std::move(skills)](Call& call) { return changeSkills(call, user, skills, true); };
    co_return co_await database_.write(std::move(work));
}

Task<Result<std::vector<Skill>>> PostgresSkills::add(UserId user, std::vector<SkillId> skills) {
    auto work = [user, skills = std::move(skills)](Call& call) { return changeSkills(call, user, skills, false); };
    co_return co_await database_.write(std::move(work));
}

Task<Result<std::vector<Skill>>> PostgresSkills::remove(UserId user, std::vector<SkillId> skills) {
    auto work = [user, skills = std::move(skills)](Call& call) -> Task<Result<std::vector<Skill>>> {
        const Rows removed = co_await call.query(removeUserSkills, user, column(integers(), skills));
        Batch rest;
        if (removed.changed() != 0) rest.add(sql::countProfileChange, user);
        const auto now = rest.add(sql::skillsOfUser, user);
        const auto answers = co_await call.runAndCommit(std::move(rest));
        co_return readSkills(answers[now]);
    };
    co_return co_await database_.write(std::move(work));
}

Task<Result<StoredPreferences>> PostgresPreferences::ofUser(UserId user) {
    auto work = [user](Call& call) -> Task<Result<StoredPreferences>> {
        const Rows rows = co_await call.query(sql::findPreferences, user);
        if (rows.empty()) co_return StoredPreferences{};
        const Row row = rows[0];
        const ProfileVersion version = row.integer(2);
        if (row.isNull(0)) co_return StoredPreferences{.json = "{}", .updated = {}, .profile = version};
        co_return StoredPreferences{.json = row.text(0), .updated = row.time(1), .profile = version};
    };
    co_return co_await database_.read(std::move(work));
}

Task<Result<void>> PostgresPreferences::set(UserId user, std::string json, std::optional<ProfileVersion> whileProfile) {
    boost::system::error_code broken;
    boost::json::parse(json, broken);
    if (broken) co_return failure(ErrorCode::Invalid, "The preferences are not JSON.");
    auto work = [user, json = std::move(json), whileProfile, now = database_.now()](Call& call) -> Task<Result<void>> {
        Batch look;
        look.add(sql::userExists, user);
        if (whileProfile)
            look.add(sql::countProfileChangeFrom, user, *whileProfile);
        else
            look.add(sql::countProfileChange, user);
        const auto found = co_await call.run(std::move(look));
        if (found[0].empty()) co_return noSuchUser();
        if (found[1].changed() == 0) co_return failure(ErrorCode::Conflict, "The profile has changed meanwhile.");
        Batch batch;
        batch.add(sql::setPreferences, user, json, now);
        co_await call.runAndCommit(std::move(batch));
        co_return Result<void>{};
    };
    co_return co_await database_.write(std::move(work));
}

}  // namespace nextjob::store::postgres
