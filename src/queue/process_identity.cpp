#include "queue/process_identity.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace nextjob::queue {
namespace {

std::string firstLine(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

// Clock ticks since boot, the 22nd field of /proc/PID/stat; "" when there is no such process, or only its
// exit status is left. The second field is a name in parentheses that may itself hold spaces and parentheses.
std::string startOf(std::string_view processId) {
    const std::string line = firstLine(fmt::format("/proc/{}/stat", processId));
    const auto name = line.rfind(')');
    if (name == std::string::npos) return {};
    std::string_view rest = std::string_view(line).substr(name + 1);
    for (int field = 3;; ++field) {
        rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ')));
        const std::string_view value = rest.substr(0, rest.find(' '));
        if (value.empty() || (field == 3 && (value == "Z" || value == "X"))) return {};
        if (field == 22) return std::string(value);
        rest.remove_prefix(value.size());
    }
}

std::string bootIdentity() { return firstLine("/proc/sys/kernel/random/boot_id"); }

std::string namespaceIdentity() {
    std::error_code failed;
    return std::filesystem::read_symlink("/proc/self/ns/pid", failed).string();
}

std::string_view takeUntilSlash(std::string_view& text) {
    const std::string_view taken = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(text.size(), taken.size() + 1));
    return taken;
}

constexpr std::string_view elsewhere = "elsewhere:";

}  // namespace

std::string holderElsewhere(std::string_view identity, std::int64_t call) {
    return fmt::format("{}{}#{}", elsewhere, identity, call);
}

std::string ownIdentity() {
    const std::string processId = std::to_string(::getpid());
    return fmt::format("{}/{}/{}/{}", bootIdentity(), namespaceIdentity(), processId, startOf(processId));
}

bool hasDied(std::string_view identity, Reach reach) {
    if (identity.starts_with(elsewhere)) {
        identity.remove_prefix(elsewhere.size());
        identity = identity.substr(0, identity.rfind('#'));
        reach = Reach::ManyMachines;
    }
    const std::string_view boot = takeUntilSlash(identity);
    const std::string_view processNamespace = takeUntilSlash(identity);
    const std::string_view processId = takeUntilSlash(identity);
    const std::string_view start = identity;
    if (boot != bootIdentity()) return reach == Reach::OneMachine;  // the machine has restarted since
    if (processNamespace != namespaceIdentity() || start.empty()) return false;
    return startOf(processId) != start;
}

}  // namespace nextjob::queue
