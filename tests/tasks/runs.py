"""Runs as processes of their own, over a folder that gives them something to do.

`DAFTAR_FAULTS=all` tries every seed over many files; without it a tenth is tried, over fewer.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from archive import Archive, empty

DRIVER = Path(__file__).resolve().parents[1] / "faults" / "driver.py"
#: How a run's process ends when a service or the set-up is at fault.
UNAVAILABLE, MISCONFIGURED = 75, 78

ALL = os.environ.get("DAFTAR_FAULTS") == "all"

#: Files of a folder.
FILES = 500 if ALL else 120


def seeds(number: int) -> list[int]:
    """The seeds to try out of `number`: all of them, or a tenth."""
    return list(range(number if ALL else max(1, number // 10)))


@dataclass
class Runs:
    """Starts runs over an archive as processes, and ends what it started."""

    archive: Archive
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *options: str, url: str | None = None) -> "subprocess.Popen[str]":
        target = self.archive.target
        command = [sys.executable, str(DRIVER), str(self.archive.folder), url or target.url, target.prefix, *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def start_and_stop(self, line: int, *options: str, url: str | None = None) -> "subprocess.Popen[str]":
        """Start a run and wait until it stands before a line (or has ended, when it has fewer)."""
        process = self.start("--signal", "STOP", "--line", str(line), *options, url=url)
        deadline = time.monotonic() + 60
        while process.poll() is None and psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    def finish(self, process: "subprocess.Popen[str]", *expected: int) -> dict[str, Any]:
        """Let a run go on to its end, which must be one of the expected, and return what it printed."""
        if process.poll() is None:
            psutil.Process(process.pid).resume()
        output, errors = process.communicate(timeout=180)
        assert process.returncode in (expected or (0,)), errors
        assert "Traceback" not in errors
        return json.loads(output) if output else {}

    def count_lines(self, *options: str) -> int:
        """How many lines a run of this archive executes, by running it."""
        return int(self.finish(self.start(*options))["lines"])

    def restart(self) -> None:
        """Forget everything: an empty folder, an empty archive."""
        shutil.rmtree(self.archive.folder)
        self.archive.folder.mkdir()
        empty(self.archive.target)

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.started:
            process.kill()
            process.communicate()


def fill(archive: Archive, files: int = FILES, seed: int = 0) -> None:
    """Write pages: some twice, some in folders, some that cannot be read, some that are ignored."""
    chosen = random.Random(seed)
    for number in range(files):
        path = chosen.choice(["", "تهران/", "بغداد/محلی/"]) + f"{number:04}.txt"
        kind = chosen.random()
        if kind < 0.03:
            archive.write(path, b"\x00\x01\x02" * 20)
        elif kind < 0.06:
            archive.write(f"{path}.part", page(number))
        else:
            archive.write(path, page(chosen.randrange(number + 1) if kind < 0.2 else number))


def page(number: int) -> str:
    """A page of its own, Persian or Arabic."""
    if number % 2:
        return f"الخبر رقم {number}\nقال الوزير إن الجسر رقم {number} سوف يفتح قبل نهاية العام."
    return f"خبر شماره {number}\nوزیر راه گفت که پل شماره {number} تا پایان سال تمام می‌شود."


def disturb(archive: Archive, seed: int) -> None:
    """Change, copy, rename, remove, exchange and hide about a fifth of the files."""
    chosen = random.Random(seed)
    files = sorted(file for file in archive.folder.rglob("*") if file.is_file())
    for number, file in enumerate(chosen.sample(files, len(files) // 5)):
        path = os.fspath(file.relative_to(archive.folder))
        match chosen.randrange(6):
            case 0:
                archive.write(path, page(10_000 + 100 * seed + number), age=50 - seed / 10)
            case 1:
                archive.write(f"new {seed}/{path}", file.read_bytes())
            case 2:
                (archive.folder / "moved").mkdir(exist_ok=True)
                file.rename(archive.folder / "moved" / f"{seed} {number}.txt")
            case 3:
                file.unlink()
            case 4:
                other = chosen.choice([each for each in files if each.exists()])
                archive.write(path, other.read_bytes(), age=40 - seed / 10)
            case _:
                file.rename(file.with_name(f".{file.name}"))


def settle_by_one_run(archive: Archive) -> None:
    """The next run alone makes everything agree, and leaves nothing to do for a further one."""
    archive.run()
    archive.check()
    assert archive.run()[1] == []


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not come about"
        time.sleep(0.2)
