"""docs/security.md keeps its word: each requirement is answered, each test that it names exists."""
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/security.md").read_text()

# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; those of level 3 come after them.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4, "3.4": 6,
    "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12,
    "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2,
    "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1,
    "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5,
    "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}


def answered():
    """The numbers in the first cells of the tables; "1.2.6–1.2.8" is three."""
    cells = [line.split("|")[1] for line in TEXT.splitlines() if re.match(r"\| \d", line)]
    cells += [line.split(":")[0] for line in TEXT.splitlines() if line.startswith("17.")]
    for cell in cells:
        for first, last in re.findall(r"(\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))?", cell):
            section, begin = first.rsplit(".", 1)
            same, end = (last or first).rsplit(".", 1)
            assert section == same, cell
            yield from (f"{section}.{number}" for number in range(int(begin), int(end) + 1))


def test_every_requirement_is_answered_once():
    numbers = list(answered())
    wanted = [f"{section}.{number + 1}" for section, count in SECTIONS.items() for number in range(count)]
    assert len(wanted) == 253
    assert sorted(numbers) == sorted(wanted)


def test_every_test_that_it_names_exists():
    named = set(re.findall(r"`(\w+\.(?:py|cpp))(?:::([\w.]+))?`", TEXT))
    assert len(named) > 50
    for file, test in sorted(named):
        found = [path for folder in ("src", "tests") for path in (ROOT / folder).rglob(file)]
        assert found, file
        pattern = rf"def {test}\(" if file.endswith(".py") else r"TEST(_F|_P)?\({}, {}\)".format(*(test.split(".") + [""])[:2])
        if test:
            assert any(re.search(pattern, path.read_text()) for path in found), f"{file}::{test}"
