#include "store/message_list.hpp"

#include "model/names.hpp"
#include "store/sql/messages.hpp"

#include <fmt/format.h>

namespace nextjob::store {

ListQuery messageList(UserId user, const MessageFilter& filter) {
    ListQuery messages{.name = "messages",
                       .columns = std::string(sql::messageColumns),
                       .from = "messages",
                       .countFrom = "messages",
                       .where = "user_id = $1",
                       .values = {user},
                       .id = "id",
                       .key = "id",
                       .descending = true};
    const auto parameter = [&](ListValue value) {
        messages.values.push_back(std::move(value));
        return fmt::format("${}", messages.values.size());
    };
    if (!filter.states.empty()) {
        std::vector<std::string> names;
        for (const MessageState state : filter.states) names.push_back(parameter(std::string(nameOf(state))));
        messages.where += fmt::format(" and state in ({})", fmt::join(names, ", "));
    }
    if (filter.import) messages.where += " and import_id = " + parameter(*filter.import);
    if (!filter.source.empty()) messages.where += " and source = " + parameter(filter.source);
    return messages;
}

}  // namespace nextjob::store
