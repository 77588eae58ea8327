"""Hostile and broken input: a clear error or a bounded result for that message alone, and the next goes on."""
import subprocess

import pytest

from conftest import ADA, ALERT

GOOD = ALERT.encode()
# What one hostile message may cost: far below what its bytes could be blown up to.
MEMORY_KB = 700 * 1024


def peak_of(nextjob, tmp_path, *arguments):
    """Runs the command to its end, and gives its result and its peak resident memory in KB."""
    report = tmp_path / "peak"
    script = ("import resource, subprocess, sys; done = subprocess.run(sys.argv[2:]);"
              "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss));"
              "sys.exit(done.returncode)")
    done = subprocess.run(["/usr/bin/python3", "-c", script, str(report), nextjob.program, *map(str, arguments)],
                          env=nextjob.environment, capture_output=True, text=True, timeout=300)
    return done, int(report.read_text())


def html_mail(body):
    return (b"From: a@b.example\nSubject: jobs\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + body)


def deep_html():
    return html_mail(b"<div>" * 100_000 + b"x" * (10 * 1024 * 1024 - 1_100_000) + b"</div>" * 100_000)


def many_links():
    return html_mail(b"".join(b'<p><a href="https://x.example/job/%d">Welder %d</a></p>' % (i, i) for i in range(5000)))


def base64_bomb():
    return (b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: "
            b"base64\n\n" + (b"PGI+" * 19 + b"\n") * 500_000)


HOSTILE = {
    "10 MB of HTML, 100,000 deep": deep_html,
    "5,000 links": many_links,
    "a base64 bomb": base64_bomb,
    "a charset that lies": lambda: GOOD.replace(b"charset=utf-8", b"charset=utf-16"),
    "a charset that is none": lambda: GOOD.replace(b"charset=utf-8", b"charset=x-klingon"),
    "a NUL": lambda: GOOD.replace(b"Welder", b"Wel\0der"),
    "broken UTF-8": lambda: GOOD.replace(b"Welder", b"W\xff\xfeelder"),
    "no end of multipart": lambda: (b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
                                    b"Content-Type: multipart/mixed; boundary=b\n\n" * 300),
    "a header of 5 MB": lambda: b"From: a@b.example\nX-Long: " + b"x" * 5_000_000 + b"\nSubject: y\n\nbody\n",
    "binary junk": lambda: bytes((i * 7919 + i // 251) % 256 for i in range(200_000)),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_message_costs_little_and_stops_nothing(ada, tmp_path, what):
    hostile = tmp_path / "hostile.eml"
    hostile.write_bytes(HOSTILE[what]())
    good = tmp_path / "good.eml"
    good.write_bytes(GOOD.replace(b"alert-1@", b"good@"))
    done, peak = peak_of(ada, tmp_path, "import", "--user", ADA, hostile, good)
    assert done.returncode == 0, done.stderr
    assert "Read 2 messages" in done.stdout and "given up on" not in done.stdout
    assert {"Senior Data Engineer"} <= {offer["title"] for offer in ada.offers()}
    assert peak < MEMORY_KB or "Sanitizer" in peak_note(ada)


def peak_note(nextjob):
    """Names the sanitizers that the program was built with, which need memory of their own."""
    with open(nextjob.program, "rb") as program:
        return "Sanitizer" if b"AddressSanitizer" in program.read() else ""


def test_an_attachment_of_200_mb_is_cut(ada, tmp_path):
    path = tmp_path / "large.eml"
    with open(path, "wb") as out:
        out.write(GOOD.replace(b"Content-Type: text/plain; charset=utf-8\n\n",
                               b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"))
        out.write(b"\n--b\nContent-Type: application/zip\nContent-Disposition: attachment; filename=a.zip\n"
                  b"Content-Transfer-Encoding: base64\n\n")
        out.seek(200 * 1024 * 1024, 1)  # a hole: it costs no disk
        out.write(b"\n--b--\n")
    done, peak = peak_of(ada, tmp_path, "import", "--user", ADA, path)
    assert done.returncode == 0, done.stderr
    assert len(ada.offers()) == 2
    assert peak < MEMORY_KB or peak_note(ada)
    [mail] = ada.extract(path)
    assert mail["truncated"] is True


def test_a_large_message_in_an_mbox_does_not_hide_the_next(ada, tmp_path):
    path = tmp_path / "large.mbox"
    with open(path, "wb") as out:
        out.write(b"From a@b.example Mon Mar  2 08:00:00 2026\nFrom: a@b.example\nSubject: large\n\n")
        for _ in range(60):
            out.write(b"x" * 1023 + b"\n" + (b"y" * 1023 + b"\n") * 1023)
        out.write(b"\nFrom a@b.example Mon Mar  2 08:00:00 2026\n" + GOOD)
    said = ada.import_mail(path).stdout
    assert "Read 2 messages" in said
    assert len(ada.offers()) == 2


def test_an_mbox_cut_in_the_middle_gives_what_is_there(ada, mailbox, tmp_path):
    whole = mailbox(300).read_bytes()
    path = tmp_path / "cut.mbox"
    path.write_bytes(whole[:len(whole) // 2])
    said = ada.import_mail(path).stdout
    starts = path.read_bytes().count(b"\nFrom alerts@") + 1
    assert f"Read {starts} messages" in said
    again = ada.import_mail(mailbox(300)).stdout
    assert "Read 300 messages" in again


@pytest.mark.parametrize("name, content, said", [
    ("empty.eml", b"", "is empty"),
    ("empty.mbox", b"", "is empty"),
    ("other.json", b'{"theme": "dark"}', "nextjob import --help"),
    ("broken.json", b'{"id": "18f", "payload"', "nextjob import --help"),
    ("takeout.zip", b"PK\x03\x04\x14\x00", "ZIP"),
    ("takeout.tgz", b"\x1f\x8b\x08\x00", "compressed"),
    ("cv.pdf", b"%PDF-1.7\n", "PDF"),
])
def test_what_is_no_mail_is_told_apart(ada, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    done = ada.import_mail(path, status=1)
    assert said in done.stderr + done.stdout or "skipped" in done.stdout
    assert "Traceback" not in done.stderr and "terminate" not in done.stderr
    extracted = ada.run("extract", path, status=1)
    assert name in extracted.stderr and extracted.stdout == ""


def test_a_directory_without_mail_is_told(ada, tmp_path):
    (tmp_path / "photos").mkdir()
    done = ada.import_mail(tmp_path / "photos", status=1)
    assert "is a directory without mail in it" in done.stderr


def test_a_file_that_may_not_be_read_is_told(ada, alert):
    import os
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    alert.chmod(0)
    done = ada.import_mail(alert, status=1)
    assert "permission denied" in done.stderr.lower()


def test_a_missing_file_is_told_and_the_others_are_read(ada, alert, tmp_path):
    done = ada.import_mail(tmp_path / "missing.mbox", alert, status=1)
    assert "missing.mbox: No such file or directory" in done.stderr
    assert "1 file could not be read" in done.stdout
    assert len(ada.offers()) == 2
