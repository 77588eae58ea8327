"""kill -9 of an import at random points, then again: every message accounted for, no offer lost or doubled."""
import os
import random
import re
import subprocess
import time

from conftest import ADA, Nextjob

MESSAGES = int(os.environ.get("NEXTJOB_KILL_MESSAGES", "10000"))
KILLS = int(os.environ.get("NEXTJOB_KILLS", "12"))


def known(nextjob):
    """What a user would notice if it were lost or doubled."""
    return sorted((offer["title"], offer["company"], offer["apply_link"], offer["match_score"], offer["sightings"])
                  for offer in nextjob.offers())


def test_an_import_that_is_killed_loses_and_doubles_nothing(program, mailbox, tmp_path):
    mail = mailbox(MESSAGES)
    calm = Nextjob(program, tmp_path / "calm")
    killed = Nextjob(program, tmp_path / "killed")
    for each in (calm, killed):
        each.directory.mkdir()
        each.add_user()
        each.run("skills", "set", "--user", ADA, "Python", "PostgreSQL", "Kubernetes")
    begin = time.monotonic()
    calm.import_mail(mail)
    whole = time.monotonic() - begin

    seed = int(os.environ.get("NEXTJOB_KILL_SEED", time.time_ns() % 1_000_000))
    print(f"NEXTJOB_KILL_SEED={seed}")
    rng = random.Random(seed)
    kills = 0
    for _ in range(KILLS):
        process = killed.start("import", "--user", ADA, mail, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=rng.uniform(0.01, 2 * whole / KILLS))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert kills > 0
    said = killed.import_mail(mail).stdout
    assert re.search(rf"Read {MESSAGES:,} messages", said)
    assert "given up on" not in said and "skipped" not in said
    assert known(killed) == known(calm)
    assert "0 waiting\n" in killed.run("doctor").stdout
    # Nothing is left to be done, and doing it once more changes nothing.
    assert f"0 new, {MESSAGES:,} known already" in killed.import_mail(mail).stdout
    assert known(killed) == known(calm)
