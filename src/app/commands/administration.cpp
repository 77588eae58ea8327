#include "app/commands/administration.hpp"

#include "analyse/rescore.hpp"
#include "analyse/score/scorer.hpp"
#include "analyse/skills/skill_finder.hpp"
#include "app/display_text.hpp"
#include "app/nearest_name.hpp"
#include "app/progress.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "auth/passwords.hpp"
#include "model/run_task.hpp"
#include "store/skills.hpp"
#include "store/users.hpp"
#include "wire/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace nextjob::app {

namespace {

constexpr std::size_t leastPasswordCharacters = 8;
constexpr std::size_t mostPasswordBytes = 1024;

int misused(Terminal& terminal, std::string_view what) {
    terminal.error(what);
    return terminal.finish(2);
}

Result<User> createUser(store::Store& store, const std::string& email, const std::string& password, bool superuser) {
    auth::Passwords passwords({}, 1, 1);
    auto hash = runTask(passwords.hash(password));
    if (!hash) return std::unexpected(hash.error());
    auto user = runTask(store.users().create(
        {.email = email, .passwordHash = std::move(*hash), .fullName = {}, .isSuperuser = superuser}));
    if (!user && user.error().code == ErrorCode::Conflict)
        return failure(ErrorCode::Conflict, fmt::format("there is a user {} already. Nothing was changed.", email));
    return user;
}

// Stored offers are judged by the new skills, so that the next digest tells the truth.
Result<int> rescore(store::Store& store, const analyse::SkillFinder& finder, UserId user) {
    const analyse::Scorer scorer(finder);
    return runTask(analyse::rescoreStale(store, scorer, user));
}

std::vector<std::string_view> taxonomyNames(const analyse::SkillFinder& finder) {
    std::vector<std::string_view> names;
    for (const auto& skill : finder.all()) names.push_back(skill.name);
    return names;
}

// The names as the taxonomy spells them; free names stay as they are, with a note on what may have been meant.
std::vector<std::string> normalisedSkills(Terminal& terminal, const analyse::SkillFinder& finder,
                                          const std::vector<std::string>& given) {
    std::vector<std::string> names;
    for (const auto& name : given) {
        auto normal = printable(name);
        if (normal.empty()) continue;
        if (const auto* skill = finder.byName(normal)) {
            normal = skill->name;
        } else {
            const auto near = nearestName(normal, taxonomyNames(finder));
            terminal.error(near.empty() ? fmt::format("\"{}\" is not in the list of known skills (nextjob skills "
                                                      "list). It is kept, but mails are not searched for it.",
                                                      normal)
                                        : fmt::format("\"{}\" is not in the list of known skills. It is kept, but "
                                                      "mails are not searched for it. Did you mean \"{}\"?",
                                                      normal, near));
        }
        if (std::ranges::find(names, normal) == names.end()) names.push_back(std::move(normal));
    }
    return names;
}

Result<std::vector<Skill>> storeSkills(store::Store& store, UserId user, const std::vector<std::string>& names) {
    if (auto known = runTask(store.skills().ensure(names)); !known) return std::unexpected(known.error());
    auto skills = runTask(store.skills().findByNames(names));
    if (!skills) return skills;
    std::vector<SkillId> ids;
    for (const auto& skill : *skills) ids.push_back(skill.id);
    return runTask(store.skills().set(user, std::move(ids)));
}

}  // namespace

int addUser(const std::string& given, bool superuser) {
    Terminal terminal("nextjob user add");
    const auto email = wire::normalisedEmail(given);
    if (!email)
        return misused(terminal, fmt::format("\"{}\" is not an e-mail address. Write it as name@example.org.", given));
    std::string password;
    std::getline(std::cin, password);
    if (password.ends_with('\r')) password.pop_back();
    if (displayWidth(password) < leastPasswordCharacters || password.size() > mostPasswordBytes)
        return misused(terminal, fmt::format("the password needs at least {} characters. Give it as the first line of "
                                             "standard input, such as: printf '%s\\n' \"$PASSWORD\" | nextjob user "
                                             "add --email {} --password-stdin",
                                             leastPasswordCharacters, *email));
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto user = createUser(*workspace->store, *email, password, superuser);
    if (!user) return terminal.fail(user.error());
    terminal.note(
        fmt::format("Added {0}. Say what you can do, so that offers can be scored:\n"
                    "  nextjob skills set --user {0} Python SQL Docker\nThen read your mail:\n"
                    "  nextjob import --user {0} mail.mbox",
                    user->email));
    return terminal.finish(0);
}

int setSkills(const std::string& email, const std::vector<std::string>& given) {
    Terminal terminal("nextjob skills set");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto user = findUser(*workspace->store, email);
    if (!user) return terminal.fail(user.error());
    const analyse::SkillFinder finder;
    const auto skills = storeSkills(*workspace->store, user->id, normalisedSkills(terminal, finder, given));
    if (!skills) return terminal.fail(skills.error());
    for (const auto& skill : *skills) terminal.print(skill.name + "\n");
    const auto rescored = rescore(*workspace->store, finder, user->id);
    if (!rescored) return terminal.fail(rescored.error());
    if (*rescored != 0) terminal.note(fmt::format("Scored {} offers anew.", countText(*rescored)));
    return terminal.finish(0);
}

int listSkills(const std::string& email) {
    Terminal terminal("nextjob skills list");
    if (email.empty()) {
        const analyse::SkillFinder finder;
        for (const auto& skill : finder.all()) terminal.print(fmt::format("{}\n", skill.name));
        return terminal.finish(0);
    }
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto user = findUser(*workspace->store, email);
    if (!user) return terminal.fail(user.error());
    const auto skills = runTask(workspace->store->skills().ofUser(user->id));
    if (!skills) return terminal.fail(skills.error());
    for (const auto& skill : *skills) terminal.print(skill.name + "\n");
    if (skills->empty())
        terminal.note(fmt::format("{0} has no skills yet. Set them: nextjob skills set --user {0} Python SQL", email));
    return terminal.finish(0);
}

int migrate() {
    Terminal terminal("nextjob migrate");
    const auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto applied = workspace->store->migrationsApplied();
    for (const auto& migration : applied) terminal.print(fmt::format("applied {}\n", migration));
    if (applied.empty()) terminal.print("The schema is up to date.\n");
    return terminal.finish(0);
}

int backup(const std::filesystem::path& file) {
    Terminal terminal("nextjob backup");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    if (const auto done = runTask(workspace->store->backup(file)); !done) return terminal.fail(done.error());
    std::error_code error;
    terminal.note(fmt::format(
        "Wrote {} ({} bytes). To go back to it, stop nextjob and run it with "
        "DATABASE_URL=sqlite:///{}",
        file.string(), std::filesystem::file_size(file, error), std::filesystem::absolute(file, error).string()));
    return terminal.finish(0);
}

}  // namespace nextjob::app
