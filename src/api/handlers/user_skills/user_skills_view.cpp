#include "api/handlers/user_skills/user_skills_view.hpp"

#include "analyse/analyser.hpp"
#include "analyse/rescorer.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "model/run_on.hpp"
#include "store/skills.hpp"
#include "store/store.hpp"
#include "wire/read.hpp"

namespace nextjob::api {

namespace {

constexpr std::size_t maximumSkills = 500;

using SkillName = wire::Text<1, 100>;

struct SkillChoice {
    std::optional<SkillId> skillId;
    std::optional<std::vector<SkillId>> skillIds;
    std::optional<SkillName> name;
    std::optional<std::vector<SkillName>> names;
};
BOOST_DESCRIBE_STRUCT(SkillChoice, (), (skillId, skillIds, name, names))

struct UserSkillsView {
    UserId userId = 0;
    std::vector<SkillView> skills;
};
BOOST_DESCRIBE_STRUCT(UserSkillsView, (), (userId, skills))

// As the taxonomy spells them, where it knows them: "k8s" is Kubernetes. May read the taxonomy from its file first.
std::vector<std::string> normalised(const analyse::Analyser& analyser, std::vector<std::string> names) {
    for (std::string& name : names)
        if (const auto* skill = analyser.skills().byName(name)) name = skill->name;
    return names;
}

Response problem(std::string field, std::string message, std::string type) {
    return refuse(wire::Problems{{{std::string("body"), std::move(field)}, std::move(message), std::move(type)}});
}

}  // namespace

Response userSkillsReply(int status, UserId user, const std::vector<Skill>& skills) {
    UserSkillsView shown{.userId = user, .skills = {}};
    for (const Skill& skill : skills) shown.skills.push_back(view(skill));
    return reply(status, shown);
}

Task<std::expected<std::vector<SkillId>, Response>> namedSkills(Call call) {
    wire::Problems problems;
    auto choice = wire::readBody<SkillChoice>(call.request.body, problems);
    if (!choice) co_return std::unexpected(refuse(problems));
    if (!choice->skillId && !choice->skillIds && !choice->name && !choice->names)
        co_return std::unexpected(problem("names", "Name the skills by names or by skill_ids.", "missing"));
    std::vector<SkillId> ids = choice->skillIds.value_or(std::vector<SkillId>{});
    if (choice->skillId) ids.push_back(*choice->skillId);
    std::vector<std::string> names;
    if (choice->name) names.push_back(std::move(choice->name->value));
    if (choice->names)
        for (SkillName& name : *choice->names) names.push_back(std::move(name.value));
    if (ids.size() + names.size() > maximumSkills)
        co_return std::unexpected(problem("names", "Name at most 500 skills.", "too_long"));
    if (names.empty()) co_return ids;
    auto known =
        co_await runOn(call.services.blocking, [&] { return normalised(call.services.analyser, std::move(names)); });
    const auto found = co_await call.services.store.skills().findByNames(std::move(known));
    if (!found && found.error().code == ErrorCode::Invalid)
        co_return std::unexpected(problem("names", found.error().message, "value_error"));
    if (!found) co_return std::unexpected(refuse(found.error()));
    for (const Skill& skill : *found) ids.push_back(skill.id);
    co_return ids;
}

Response changed(Call call, int status, const Result<std::vector<Skill>>& skills) {
    if (!skills && skills.error().code == ErrorCode::NotFound)
        return problem("skill_ids", "The catalogue has no skill of this id; GET /skills lists them.", "value_error");
    if (!skills) return refuse(skills.error());
    call.services.rescorer.wishesChanged(call.request.userId);
    return userSkillsReply(status, call.request.userId, *skills);
}

}  // namespace nextjob::api
