"""How the filter before analysis does on labelled mails: filter_bench.py PROGRAM DIR...

Labels stand beside the mails (NAME.truth.json) or in expected/NAME.json next to mails/. Prints, for each kind of mail,
how many pass; how many would pass from a sender that the filter does not know; the least number of words that speak
for a job mail; and the mails that are wrong. Exit status 1 when a job mail is stopped."""
import json
import pathlib
import subprocess
import sys


def label_of(path):
    for label in (path.with_name(path.name + ".truth.json"), path.parent.parent / "expected" / (path.stem + ".json")):
        if label.exists():
            return json.loads(label.read_text())["kind"]
    return None


def labelled(folder):
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.suffix in (".eml", ".json") and not path.name.endswith(".truth.json") and (kind := label_of(path)):
            yield str(path), kind


def main(program, folders):
    kinds = dict(one for folder in folders for one in labelled(folder))
    lines = subprocess.run([program, *kinds], check=True, capture_output=True, text=True).stdout.splitlines()
    found = [json.loads(line) for line in lines]
    print(f"{'kind':12} {'mails':>6} {'pass':>6} {'from a stranger':>16} {'fewest signs':>13}")
    lost = 0
    for kind in sorted(set(kinds.values())):
        of = [one for one in found if kinds[one["file"]] == kind]
        print(f"{kind:12} {len(of):6} {sum(one['pass'] for one in of):6} {sum(one['from_stranger'] for one in of):16} "
              f"{min(one['signs'] for one in of):13}")
        lost += sum(not one["pass"] for one in of if kind != "not_job")
    for one in found:
        if one["pass"] == (kinds[one["file"]] == "not_job"):
            print(f"{kinds[one['file']]}: {one['file']}: {one['reason']}")
    jobs = [one for one in found if kinds[one["file"]] != "not_job"]
    others = [one for one in found if kinds[one["file"]] == "not_job"]
    times = sorted(one["us"] for one in found)
    print(json.dumps({"job_mails": len(jobs), "recall": (len(jobs) - lost) / max(1, len(jobs)),
                      "not_job_mails": len(others), "stopped": sum(not one["pass"] for one in others),
                      "median_us": times[len(times) // 2]}))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
