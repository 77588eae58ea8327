#include "app/command_line.hpp"

#include "app/commands/administration.hpp"
#include "app/commands/connect.hpp"
#include "app/commands/connect_imap.hpp"
#include "app/commands/digest.hpp"
#include "app/commands/doctor.hpp"
#include "app/commands/extract.hpp"
#include "app/commands/import.hpp"
#include "app/commands/ledger.hpp"
#include "app/commands/serve.hpp"
#include "app/commands/sync.hpp"
#include "app/nearest_name.hpp"
#include "app/terminal.hpp"
#include "ingest/imap/imap_state.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>
#include <iostream>

namespace nextjob::app {

namespace {

constexpr const char* overview = R"(
First steps:
  printf '%s\n' "$PASSWORD" | nextjob user add --email ada@example.org --password-stdin
  nextjob skills set --user ada@example.org C++ Python PostgreSQL
  nextjob import --user ada@example.org "All mail.mbox"
  nextjob digest --user ada@example.org
  nextjob serve

Everything is kept in one directory: NEXTJOB_DATA_DIR, by default ~/.local/share/nextjob. For many users or
machines, DATABASE_URL=postgresql://… keeps it in PostgreSQL, and REDIS_URL=redis://… queues over Redis Streams.
`nextjob COMMAND --help` tells more of a command, `nextjob doctor` what is configured and missing.
Exit status: 0 done, 1 failed (standard error says why), 2 wrong usage.)";

using Action = std::function<int()>;

// What the command line was parsed into: the command to run, and where its options are kept until then.
struct Parsed {
    Action action;
    ExtractOptions extract;
    ImportOptions import;
    ConnectOptions connect;
    ConnectImapOptions connectImap;
    DigestOptions digest;
    ServeOptions serve;
    MessagesOptions messages;
    TraceOptions trace;
    SyncCommandOptions sync;
    std::string email;
    bool passwordFromInput = false;
    bool superuser = false;
    std::vector<std::string> names;
    std::filesystem::path file;
};

CLI::App* addCommand(CLI::App& parent, const char* name, const char* what, const char* more) {
    auto* command = parent.add_subcommand(name, what);
    command->footer(more);
    return command;
}

void addExtract(CLI::App& program, Parsed& parsed) {
    auto* command = addCommand(program, "extract", "Print what mails say as JSON, without a database", R"(
Prints one line of JSON a message, in the order of the files: its kind (alert, recruiter, application,
interview, rejection or not_job) and every offer in it, each field with its evidence: the byte offsets
[begin, end) of the words that prove it in the message's clean text, which --text adds.

Examples:
  nextjob extract alert.eml
  nextjob extract --text mail.mbox | jq '.offers[] | {title, company, apply_link}')");
    command->add_option("FILE", parsed.extract.files, ".eml, .mbox, Gmail API .json, or a directory of these")
        ->required();
    command->add_flag("--text", parsed.extract.text, "Add each message's clean text as \"text\"");
    command->callback([&parsed] { parsed.action = [&parsed] { return extract(parsed.extract); }; });
}

void addImport(CLI::App& program, Parsed& parsed) {
    auto* command = addCommand(program, "import", "Read a user's mail and keep the offers in it", R"(
Reads mail, waits until all of it is analysed, and says what was found. A file may be of any size. Importing
the same mail again is harmless: what is known is passed over. An import that was cut off goes on where it
was when the same command is given again.

From Gmail: takeout.google.com, choose Mail, unpack the archive, and give the .mbox in it.

Examples:
  nextjob import --user ada@example.org "Takeout/Mail/All mail Including Spam and Trash.mbox"
  nextjob import --user ada@example.org saved/*.eml)");
    command->add_option("--user", parsed.import.email, "Whose mail it is (e-mail address)")->required();
    command->add_option("FILE", parsed.import.files, ".mbox, .eml, Gmail API .json, or a directory of these")
        ->required();
    command->callback([&parsed] { parsed.action = [&parsed] { return importMail(parsed.import); }; });
}

void addDigest(CLI::App& program, Parsed& parsed) {
    auto* command = addCommand(program, "digest", "Show a user's best offers with scores and reasons", R"(
The best offers first. A score of 10 fits all that is known of your wishes; the reason says why it is not.

Examples:
  nextjob digest --user ada@example.org
  nextjob digest --user ada@example.org --csv > offers.csv
  nextjob digest --user ada@example.org --json | jq -r '.offers[] | select(.match_score >= 8) | .apply_link')");
    command->add_option("--user", parsed.digest.email, "Whose offers (e-mail address)")->required();
    command->add_option("--limit", parsed.digest.limit, "At most so many offers (default: 20 in the table, else all)")
        ->check(CLI::Range(1, 1'000'000));
    auto* json = command->add_flag("--json", parsed.digest.json, "Print {\"offers\": [...]} instead of a table");
    command->add_flag("--csv", parsed.digest.csv, "Print CSV with a header line instead of a table")->excludes(json);
    command->callback([&parsed] { parsed.action = [&parsed] { return digest(parsed.digest); }; });
}

void addConnectImap(CLI::App& connect, Parsed& parsed) {
    auto* imap = addCommand(connect, "imap", "Connect a mailbox of any other provider", R"(
Signs in, prints the folders and how many mails there are to be read, and keeps the login. Nothing in the mailbox
changes: no mail is moved, deleted or marked as read. Make an app password for it at your mail provider;
docs/imap.md says where.

Example:
  nextjob connect imap --user ada@example.org --host imap.example.org --password-stdin --folder INBOX --folder Jobs)");
    auto& options = parsed.connectImap;
    imap->add_option("--user", options.email, "Whose mailbox it becomes (e-mail address)")->required();
    imap->add_option("--host", options.host, "The mail server's name")->required();
    imap->add_option("--port", options.port, "Its port (default: 993, with starttls 143)")
        ->check(CLI::Range(1, 65'535));
    imap->add_option("--security", options.security, "tls, starttls, or plain to this machine (default: tls)")
        ->check(CLI::IsMember({"tls", "starttls", "plain"}));
    imap->add_option("--login", options.login, "The name to sign in with (default: the address of --user)");
    imap->add_flag("--password-stdin", options.secretFromInput, "Read the password from standard input, one line");
    imap->add_flag("--token", options.token, "It is no password but an access token (XOAUTH2)");
    imap->add_option("--folder", options.folders, "A folder to read; may be given again (default: INBOX)");
    imap->add_option("--days", options.days, "Of mail that is there already (default: 30)")
        ->check(CLI::Range(1, ingest::ImapSettings::mostDays));
    imap->callback([&parsed] { parsed.action = [&parsed] { return connectImap(parsed.connectImap); }; });
}

void addConnect(CLI::App& program, Parsed& parsed) {
    auto* connect = addCommand(program, "connect", "Connect a mailbox, so that its mail need not be imported", "");
    connect->require_subcommand(1);
    auto* google = addCommand(*connect, "google", "Connect a Gmail account", R"(
Opens a browser at Google, where you choose the account and allow reading its mail; nothing else is asked
for. Works on a machine without a public name, and without a browser: the address is printed. Needs
GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET; docs/google.md says how to get them.

Example:
  nextjob connect google --user ada@example.org)");
    google->add_option("--user", parsed.connect.email, "Whose mailbox it becomes (e-mail address)")->required();
    google->add_flag("--no-browser", parsed.connect.noBrowser, "Only print the address");
    google->callback([&parsed] { parsed.action = [&parsed] { return connectGoogle(parsed.connect); }; });
    addConnectImap(*connect, parsed);
}

void addSync(CLI::App& program, Parsed& parsed) {
    auto* command = addCommand(program, "sync", "Look for new mail in a connected mailbox now", R"(
Has the running server look, shows how far it is, and says what was found. Without it the server looks by itself,
every minute to half hour.

Example:
  nextjob sync --user ada@example.org)");
    command->add_option("--user", parsed.sync.email, "Whose mailbox (e-mail address)")->required();
    command->add_option("--source", parsed.sync.source, "gmail or imap (default: gmail)")
        ->check(CLI::IsMember({"gmail", "imap"}));
    command->add_flag("--from-start", parsed.sync.fromStart, "List everything anew; what is known stays as it is");
    command->callback([&parsed] { parsed.action = [&parsed] { return syncNow(parsed.sync); }; });
}

void addLedger(CLI::App& program, Parsed& parsed) {
    auto* messages = addCommand(program, "messages", "Show what became of each mail", R"(
A line a message, the newest first: its number, its state or what was found in it, its sender and subject, and
why it was passed over or given up on.

Examples:
  nextjob messages --user ada@example.org --state skipped,dead
  nextjob messages --user ada@example.org --retry)");
    messages->add_option("--user", parsed.messages.email, "Whose mail (e-mail address)")->required();
    messages->add_option("--state", parsed.messages.states, "Only these: seen, queued, done, skipped, dead")
        ->delimiter(',')
        ->check(CLI::IsMember({"seen", "queued", "done", "skipped", "dead"}));
    messages->add_option("--limit", parsed.messages.limit, "At most so many (default: 50 in the table, else all)")
        ->check(CLI::Range(1, 1'000'000));
    messages->add_flag("--json", parsed.messages.json, "Print a line of JSON a message");
    messages->add_flag("--retry", parsed.messages.retry, "Try all dead messages again");
    messages->callback([&parsed] { parsed.action = [&parsed] { return listMessages(parsed.messages); }; });
    auto* follow = addCommand(program, "trace", "Follow one mail from first sight to its offers", R"(
ID is the number that nextjob messages shows and that each line of the log has as "message".

Examples:
  nextjob trace 4711
  nextjob trace 18f2a9c0d1e2f3a4 --user ada@example.org)");
    follow->add_option("ID", parsed.trace.id, "The message's number; with --user also Gmail's id or a Message-ID")
        ->required();
    follow->add_option("--user", parsed.trace.email, "Whose mail it is (e-mail address)");
    follow->callback([&parsed] { parsed.action = [&parsed] { return trace(parsed.trace); }; });
}

void addServe(CLI::App& program, Parsed& parsed) {
    auto* command = addCommand(program, "serve", "Run the server: HTTP API, uploads, analysis", R"(
Listens on HOST (127.0.0.1) and PORT (8000) until SIGTERM or Ctrl-C, then answers what it has accepted and
stops. Without the role api it answers /health, /ready and /metrics there. Nothing is lost when it is killed:
the next start goes on. Logs are lines of JSON on standard error.

Examples:
  nextjob serve
  PORT=9000 ALLOWED_HOSTS=jobs.example.org nextjob serve --roles api,analyse
  REDIS_URL=redis://queue.example.org:6379/0 DATABASE_URL=postgresql://… nextjob serve --roles analyse
  BACKEND_BASE_URL=https://jobs.example.org SERVICE_SECRET_DIGEST_GENERATOR=… nextjob serve --roles analyse)");
    command->add_option("--roles", parsed.serve.roles, "Which parts to run: api, ingest, analyse (default: all)")
        ->delimiter(',')
        ->check(CLI::IsMember({"api", "ingest", "analyse"}));
    command->callback([&parsed] { parsed.action = [&parsed] { return serve(parsed.serve); }; });
}

void addUserCommands(CLI::App& program, Parsed& parsed) {
    auto* user = addCommand(program, "user", "Add users", "");
    user->require_subcommand(1);
    auto* add = addCommand(*user, "add", "Add a user", R"(
Example:
  printf '%s\n' "$PASSWORD" | nextjob user add --email ada@example.org --password-stdin)");
    add->add_option("--email", parsed.email, "The user's e-mail address, with which they sign in")->required();
    add->add_flag("--password-stdin", parsed.passwordFromInput,
                  "Read the password from the first line of standard input")
        ->required();
    add->add_flag("--superuser", parsed.superuser, "Let the user see to all other users over the API");
    add->callback([&parsed] { parsed.action = [&parsed] { return addUser(parsed.email, parsed.superuser); }; });
}

void addSkillCommands(CLI::App& program, Parsed& parsed) {
    auto* skills = addCommand(program, "skills", "Say what a user can do, which offers are scored by", "");
    skills->require_subcommand(1);
    auto* set = addCommand(*skills, "set", "Replace a user's skills", R"(
Names are taken in any spelling that is known ("postgres" is PostgreSQL). Stored offers are scored anew.

Example:
  nextjob skills set --user ada@example.org C++ Python "Project Management")");
    set->add_option("--user", parsed.email, "Whose skills (e-mail address)")->required();
    set->add_option("NAME", parsed.names, "Skills; quote names with spaces")->required();
    set->callback([&parsed] { parsed.action = [&parsed] { return setSkills(parsed.email, parsed.names); }; });
    auto* list = addCommand(*skills, "list", "List a user's skills, or all that are known", R"(
Example:
  nextjob skills list | grep -i script)");
    list->add_option("--user", parsed.email, "Whose skills (e-mail address); without it, all that are known");
    list->callback([&parsed] { parsed.action = [&parsed] { return listSkills(parsed.email); }; });
}

void addCare(CLI::App& program, Parsed& parsed) {
    addCommand(program, "migrate", "Bring the database's schema up to date", R"(
Other commands do so too when they open an embedded database; this one says what it did.)")
        ->callback([&parsed] { parsed.action = [] { return migrate(); }; });
    auto* save = addCommand(program, "backup", "Copy the database while it is in use", R"(
Example:
  nextjob backup "nextjob-$(date +%F).db")");
    save->add_option("FILE", parsed.file, "Where to; an earlier backup there is replaced once this one is complete")
        ->required();
    save->callback([&parsed] { parsed.action = [&parsed] { return backup(parsed.file); }; });
    addCommand(program, "reseal", "Seal stored Google tokens with the present SECRET_KEY", R"(
After SECRET_KEY was replaced and the old one became SECRET_KEY_PREVIOUS. When it is done, the old one can go.)")
        ->callback([&parsed] { parsed.action = [] { return reseal(); }; });
    addCommand(program, "doctor", "Say what is configured, reachable and missing", R"(
Changes nothing. Exit status 1 when something must be mended; each such line says how.)")
        ->callback([&parsed] { parsed.action = [] { return doctor(); }; });
}

// The command that `argument` was meant to be, for a word that is none.
std::string unknownCommand(const CLI::App& parent, std::string_view argument) {
    std::vector<std::string> commands;
    for (const auto* command : parent.get_subcommands([](const CLI::App*) { return true; }))
        commands.push_back(command->get_name());
    const std::vector<std::string_view> names(commands.begin(), commands.end());
    if (std::ranges::find(names, argument) != names.end()) return {};
    const auto near = nearestName(argument, names);
    return fmt::format("there is no command \"{}\".{} See: {} --help", argument,
                       near.empty() ? std::string{} : fmt::format(" Did you mean \"{}\"?", near), parent.get_name());
}

// The command that the arguments reached, for messages: "nextjob skills set".
std::string reached(const CLI::App& program, int argc, const char* const* argv, std::string& unknown) {
    const CLI::App* at = &program;
    std::string name = program.get_name();
    for (int i = 1; i < argc; ++i) {
        const std::string_view word(argv[i]);
        const auto commands = at->get_subcommands([](const CLI::App*) { return true; });
        if (word.starts_with('-') || commands.empty()) break;
        const auto found = std::ranges::find(commands, word, [](const CLI::App* app) { return app->get_name(); });
        if (found == commands.end()) {
            unknown = unknownCommand(*at, word);
            break;
        }
        at = *found;
        name += " " + at->get_name();
    }
    return name;
}

int misused(const CLI::App& program, int argc, const char* const* argv, const CLI::ParseError& error) {
    std::string unknown;
    Terminal terminal(reached(program, argc, argv, unknown));
    if (argc == 1) {
        terminal.note(program.help());
        return terminal.finish(2);
    }
    if (!unknown.empty()) {
        terminal.error(unknown);
    } else {
        std::string said = error.what();
        if (said.ends_with('.')) said.pop_back();
        terminal.error(fmt::format("{}. See: {} --help", said, terminal.command()));
    }
    return terminal.finish(2);
}

}  // namespace

int runCommandLine(int argc, const char* const* argv) {
    CLI::App program("Finds the job offers in your mail, proves and scores them, and serves them.", "nextjob");
    program.set_version_flag("--version", "nextjob " NEXTJOB_VERSION);
    program.require_subcommand(1);
    program.footer(overview);
    Parsed parsed;
    addExtract(program, parsed);
    addImport(program, parsed);
    addConnect(program, parsed);
    addDigest(program, parsed);
    addSync(program, parsed);
    addLedger(program, parsed);
    addServe(program, parsed);
    addUserCommands(program, parsed);
    addSkillCommands(program, parsed);
    addCare(program, parsed);
    try {
        program.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return program.exit(help, std::cout, std::cerr);
    } catch (const CLI::ParseError& error) {
        return misused(program, argc, argv, error);
    }
    try {
        return parsed.action();
    } catch (const std::exception& fault) {
        std::string unknown;
        Terminal terminal(reached(program, argc, argv, unknown));
        std::string_view what = fault.what();
        if (what.ends_with('.')) what.remove_suffix(1);
        terminal.error(fmt::format("{}. Nothing that was stored is lost.", what));
        return terminal.finish(1);
    }
}

}  // namespace nextjob::app
