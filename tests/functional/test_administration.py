"""Users, migrations, backups and the doctor."""
import os
import stat

import pytest

from conftest import ADA, Nextjob


def test_a_user_is_added_once(nextjob):
    said = nextjob.add_user().stderr
    assert f"nextjob import --user {ADA}" in said
    again = nextjob.run("user", "add", "--email", "ADA@example.org", "--password-stdin", input="correct horse battery\n",
                        status=1)
    assert "there is a user" in again.stderr


@pytest.mark.parametrize("email, password, said", [
    ("not an address", "correct horse battery", "is not an e-mail address"),
    (ADA, "short", "at least 8 characters"),
    (ADA, "", "at least 8 characters"),
])
def test_a_user_needs_an_address_and_a_password(nextjob, email, password, said):
    done = nextjob.run("user", "add", "--email", email, "--password-stdin", input=password, status=2)
    assert said in done.stderr


def test_the_data_is_for_its_owner_only(ada):
    assert stat.S_IMODE(os.stat(ada.data).st_mode) == 0o700
    for path in ada.data.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_data_lies_where_xdg_says(nextjob, tmp_path):
    del nextjob.environment["NEXTJOB_DATA_DIR"]
    nextjob.run("migrate")
    assert (tmp_path / ".local/share/nextjob/nextjob.db").exists()


def test_migrate_says_what_it_did(nextjob):
    assert "applied " in nextjob.run("migrate").stdout
    assert nextjob.run("migrate").stdout == "The schema is up to date.\n"


def test_a_backup_is_a_working_database(ada, alert, tmp_path, program):
    ada.import_mail(alert)
    copy = tmp_path / "copy.db"
    said = ada.run("backup", copy).stderr
    assert f"DATABASE_URL=sqlite:///{copy}" in said
    restored = Nextjob(program, tmp_path)
    restored.environment |= {"NEXTJOB_DATA_DIR": str(tmp_path / "other"), "DATABASE_URL": f"sqlite:///{copy}"}
    assert restored.offers() == ada.offers()
    ada.run("backup", copy)
    assert "is the database itself" in ada.run("backup", ada.data / "nextjob.db", status=1).stderr


def test_a_backup_fails_clearly_where_it_cannot_be_written(ada):
    assert "/proc/copy.db" in ada.run("backup", "/proc/copy.db", status=1).stderr


def test_the_doctor_changes_nothing(nextjob):
    said = nextjob.run("doctor").stdout
    assert "will be made at first use" in said
    assert not nextjob.data.exists()


def test_the_doctor_knows_what_is_there(ada, alert):
    ada.import_mail(alert)
    said = ada.run("doctor").stdout
    assert "undamaged" in said and "SQLite" in said and "0 waiting" in said
    assert "MEND" not in said


def test_the_doctor_says_what_to_mend(ada):
    broken = ada.run("doctor", env={"PORT": "x"}, status=1)
    assert "MEND" in broken.stdout and "PORT" in broken.stdout
    (ada.data / "nextjob.db").write_bytes(b"this is no database" * 1000)
    assert "MEND" in ada.run("doctor", status=1).stdout


def test_a_damaged_database_is_a_clear_error(ada):
    (ada.data / "nextjob.db").write_bytes(b"this is no database" * 1000)
    done = ada.run("digest", "--user", ADA, status=1)
    assert done.stderr.startswith("nextjob digest: ") and "nextjob.db" in done.stderr
