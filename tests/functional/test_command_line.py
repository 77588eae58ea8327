"""What the command line promises: help that teaches, errors that say what to do, exit statuses."""
import os
import pty
import re
import subprocess

import pytest

COMMANDS = ["extract", "import", "connect", "digest", "serve", "user", "skills", "migrate", "backup", "reseal", "doctor"]


def test_help_names_every_command_and_the_first_steps(nextjob):
    text = nextjob.run("--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\s", text, re.M), command
    assert "nextjob import --user" in text
    assert "NEXTJOB_DATA_DIR" in text


@pytest.mark.parametrize("command", [["extract"], ["import"], ["digest"], ["serve"], ["user", "add"], ["skills", "set"],
                                     ["connect", "google"], ["backup"]])
def test_help_of_a_command_has_an_example(nextjob, command):
    text = nextjob.run(*command, "--help").stdout
    assert "Example" in text and "nextjob " + " ".join(command) in text


def test_version(nextjob):
    assert re.fullmatch(r"nextjob \d+\.\d+\.\d+\n", nextjob.run("--version").stdout)


def test_nothing_to_do_shows_the_help(nextjob):
    done = nextjob.run(status=2)
    assert done.stdout == "" and "First steps" in done.stderr


@pytest.mark.parametrize("arguments, said", [
    (["improt"], 'nextjob: there is no command "improt". Did you mean "import"?'),
    (["frobnicate"], 'nextjob: there is no command "frobnicate". See: nextjob --help'),
    (["user", "remove"], 'nextjob user: there is no command "remove".'),
    (["digest"], "nextjob digest: --user is required. See: nextjob digest --help"),
    (["extract"], "nextjob extract: FILE is required."),
    (["digest", "--user", "a@b.example", "--limit", "0"], "nextjob digest: --limit:"),
    (["digest", "--user", "a@b.example", "--json", "--csv"], "nextjob digest: --json excludes --csv"),
    (["user", "add", "--email", "a@b.example"], "nextjob user add: --password-stdin is required"),
    (["serve", "--roles", "cook"], "nextjob serve: --roles:"),
])
def test_wrong_usage_is_status_2_and_says_what(nextjob, arguments, said):
    done = nextjob.run(*arguments, status=2)
    assert done.stdout == ""
    assert said in done.stderr


@pytest.mark.parametrize("variables, said", [
    ({"PORT": "eighty"}, "PORT"),
    ({"NEXTJOB_DATA_DIR": "relative"}, "NEXTJOB_DATA_DIR"),
    ({"DATABASE_URL": "mysql://host/db"}, "DATABASE_URL"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"NEXTJOB_DATA_DIR": "/proc/nextjob"}, "/proc/nextjob"),
])
def test_wrong_configuration_is_named(nextjob, variables, said):
    done = nextjob.run("migrate", status=1, env=variables)
    assert said in done.stderr and done.stderr.startswith("nextjob migrate: ")


def test_a_reader_that_stops_early_is_no_fault(nextjob, mailbox):
    first = subprocess.run(["sh", "-c", '"$0" extract "$1" | head -n 1', nextjob.program, str(mailbox(300))],
                           env=nextjob.environment, capture_output=True, text=True, timeout=120)
    assert first.stdout.count("\n") == 1
    assert first.stderr == ""


def test_a_full_disk_is_told(nextjob, alert):
    with open("/dev/full", "w") as full:
        done = subprocess.run([nextjob.program, "extract", alert], stdout=full, stderr=subprocess.PIPE, text=True,
                              env=nextjob.environment, timeout=120)
    assert done.returncode == 1
    assert "cannot write to standard output: No space left on device" in done.stderr


def on_terminal(nextjob, *arguments, env=None):
    """What the command shows on a terminal of 80 columns: standard output and error together."""
    main, terminal = pty.openpty()
    process = nextjob.start(*arguments, stdin=terminal, stdout=terminal, stderr=terminal,
                            env={"TERM": "xterm-256color", "COLUMNS": "80"} | (env or {}))
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert process.wait(timeout=60) == 0, shown
    return shown.decode()


def test_colours_are_for_terminals_that_want_them(ada, alert):
    ada.import_mail(alert)
    assert "\x1b[" in on_terminal(ada, "digest", "--user", "ada@example.org")
    assert "\x1b[" not in on_terminal(ada, "digest", "--user", "ada@example.org", env={"NO_COLOR": "1"})
    assert "\x1b[" not in ada.run("digest", "--user", "ada@example.org").stdout


def test_progress_is_for_terminals(ada, mailbox):
    shown = on_terminal(ada, "import", "--user", "ada@example.org", mailbox(2000))
    assert re.search(r"\d+ %  [\d,]+ mails", shown)
    again = ada.import_mail(mailbox(2000))
    assert "%" not in again.stderr and "\r" not in again.stderr
