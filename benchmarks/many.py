"""Many small files in one flat folder: exact sums, what a rescan writes, and the peak memory of the process that scans.

`python -m benchmarks.many [--files 100000]`. Each step is a `daftar ingest` of its own: the first scan, a rescan, a
hundredth of the files changed, renamed and removed each, and a last rescan.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.command import ingest
from daftar.installation import Installation
from flows.settings import load_settings
from tasks.cluster import Target, connect

#: The bar for the process that scans.
MEGABYTES = 300


def main() -> None:
    """Run the steps and print a line each; ends with 1 when a sum is not exact or a rescan writes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many")
    parser.add_argument("--files", type=int, default=100_000)
    files = parser.parse_args().files
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        settings = load_settings(folder=Path(place) / "pages", home=Path(place) / "home", settle=0)
        installation = Installation(settings)
        try:
            elasticsearch, _ = installation.start_services()
            right = all([*measure(installation, installation.settings.target(elasticsearch), files)])
        finally:
            installation.stop_services()
            installation.node.remove()
    sys.exit(0 if right else 1)


def measure(installation: Installation, target: Target, files: int) -> list[bool]:
    """Take the steps in order; returns whether each came out as it must."""
    folder = installation.settings.folder
    folder.mkdir()
    for number in range(files):
        write(folder, number, 0)
    part = files // 100
    right = [step(installation, target, "first scan", {"new": files})]
    right.append(step(installation, target, "rescan", {"unchanged": files}, writes=False))
    for number in range(part):
        write(folder, number, 1)
        path(folder, part + number).rename(folder / f"renamed-{number:06}.txt")
        path(folder, 2 * part + number).unlink()
    changes = {"changed": part, "renamed": part, "removed": part, "unchanged": files - 3 * part}
    right.append(step(installation, target, f"{part} each changed, renamed, removed", changes))
    right.append(step(installation, target, "rescan", {"unchanged": files - part}, writes=False))
    return right


def path(folder: Path, number: int) -> Path:
    """Where the page of that number lies."""
    return folder / f"{number:06}.txt"


def write(folder: Path, number: int, version: int) -> None:
    """Write a page of a few words, no two alike; a later version has another time."""
    words = f"خبر {number} نسخه {version}" if number % 2 else f"الخبر {number} طبعة {version}"
    path(folder, number).write_text(words, encoding="utf-8")
    moment = 1_700_000_000 + version
    os.utime(path(folder, number), (moment, moment))


def step(installation: Installation, target: Target, name: str, expected: dict[str, int], writes: bool = True) -> bool:
    """Run `daftar ingest`, compare its sums with those expected (all others nought), print what was seen."""
    before = count_writes(target)
    ran = ingest(installation.settings)
    wrong = {key: value for key, value in ran.sums.items() if value != expected.get(key, 0)}
    wrote = count_writes(target) - before
    right = not wrong and (writes or wrote == 0) and (writes or ran.peak < MEGABYTES)
    said = "right" if right else f"WRONG {wrong}"
    print(f"{name:<42} {ran.seconds:8.1f} s  {ran.peak:6.0f} MB  {wrote:8} writes  {said}", flush=True)
    return right


def count_writes(target: Target) -> int:
    """How many documents and entries Elasticsearch has taken so far."""
    if not connect(target).indices.exists(index=target.files):
        return 0
    stats = connect(target).indices.stats(index=f"{target.prefix}-*", metric="indexing")
    return int(stats["_all"]["primaries"]["indexing"]["index_total"])


if __name__ == "__main__":
    main()
