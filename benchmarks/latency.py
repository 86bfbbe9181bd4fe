"""Seconds from a file written to its being found by a search, beside the memory of every process meanwhile.

`python -m benchmarks.latency [--files 500] [--singles 20] [--seconds 120] [--rate 20]`. An installation is started
by `daftar up` over a folder of pages. Then single files come, each when the one before has been found; then a
stream of `rate` files a second; then a watch finds nothing, and what it costs the processor is measured.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psutil

from benchmarks.corpus import write_pages
from daftar.installation import Installation
from daftar.services import processes
from daftar.services.elasticsearch import SERVICE
from daftar.services.page import PAGE
from daftar.services.prefect import SCHEDULE, SERVER
from flows.settings import load_settings
from tasks.cluster import Target, connect

_SERVICES: Final = (SERVICE, SERVER, SCHEDULE, PAGE)

#: Seconds between two looks for files that have not been found yet, and between two at the processes.
_LOOK: Final = 0.2
_SAMPLE: Final = 0.5

#: Seconds after which a file is taken to be lost.
_LOST: Final = 300

#: Seconds that nothing happens, so that what ran before has ended.
_REST: Final = 15


def main(arguments: list[str] | None = None) -> None:
    """Measure and print two tables; without `arguments` those of the command line count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency")
    parser.add_argument("--files", type=int, default=500, help="pages that are there before")
    parser.add_argument("--singles", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=120, help="how long the stream lasts")
    parser.add_argument("--rate", type=int, default=20, help="files a second of the stream")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        folder = Path(place) / "pages"
        write_pages(folder, asked.files)
        installation = Installation(load_settings(folder=folder, home=Path(place) / "home"))
        peaks: dict[str, int] = {}
        try:
            with watch_memory(installation.settings.home, peaks):
                call(installation, "up")
                print("| file written to found by a search | median | 95th percentile | longest |")
                print("| --- | --- | --- | --- |")
                print(tabulate("one file at a time", [*measure_singles(installation, asked.singles)]), flush=True)
                stream = [*measure_stream(installation, asked.rate, asked.seconds)]
                print(tabulate(f"{asked.rate} files a second for {asked.seconds} s", stream), flush=True)
                time.sleep(_REST)
                print(f"\na watch that finds nothing: {measure_idle(installation):.1f} s of the processor")
        finally:
            call(installation, "down")
            installation.node.remove()
    print("\n| process | highest memory, MB |\n| --- | --- |")
    for name, peak in sorted(peaks.items()):
        print(f"| {name} | {peak / (1 << 20):.0f} |")


def call(installation: Installation, *arguments: str) -> None:
    """Run a command of this installation to its end; what it prints is left out."""
    command = [str(Path(sys.executable).with_name("daftar")), *arguments]
    environ = os.environ | installation.settings.to_environment()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)


def measure_singles(installation: Installation, number: int) -> Iterator[float]:
    """Yield the seconds until each of so many files is found."""
    for place in range(number):
        written = write(installation, [f"single{place:06}"])
        yield from find_all(installation.target(), written)


def measure_stream(installation: Installation, rate: int, seconds: int) -> Iterator[float]:
    """Yield the seconds until each file of a stream is found, of which `rate` come in a second."""
    waiting: dict[str, float] = {}
    lock = threading.Lock()
    ended = threading.Event()

    def pour() -> None:
        began = time.monotonic()
        for place in range(rate * seconds):
            time.sleep(max(0.0, began + place / rate - time.monotonic()))
            written = write(installation, [f"stream{place:06}"])
            with lock:
                waiting.update(written)
        ended.set()

    source = threading.Thread(target=pour)
    source.start()
    target = installation.target()
    while not ended.is_set() or waiting:
        with lock:
            some = dict(waiting)
        for word, latency in find(target, some):
            yield latency
            with lock:
                del waiting[word]
        time.sleep(_LOOK)
    source.join()


def measure_idle(installation: Installation) -> float:
    """Return the processor's seconds of a watch that finds nothing, those of Prefect's server for it among them."""
    before = count_seconds(installation.settings.home)
    environ = installation.environment(installation.server.url() or "")
    command = [sys.executable, "-m", "prefect", "deployment", "run", "ingest/watch", "--watch"]
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)
    return count_seconds(installation.settings.home) - before


def write(installation: Installation, words: Iterable[str]) -> dict[str, float]:
    """Write a page with each of these words; returns the moments at which they were there."""
    moments = {}
    for word in words:
        hidden = installation.settings.folder / f".{word}.part"
        hidden.write_text(f"گزارش {word}\n\nامروز واژه {word} در این صفحه آمده است.\n", encoding="utf-8")
        hidden.rename(hidden.with_name(f"{word}.txt"))
        moments[word] = time.monotonic()
    return moments


def find_all(target: Target, written: dict[str, float]) -> Iterator[float]:
    """Yield the seconds until each word is found, waiting for all of them."""
    left = dict(written)
    while left:
        for word, latency in find(target, left):
            yield latency
            del left[word]
        time.sleep(_LOOK)


def find(target: Target, written: dict[str, float]) -> list[tuple[str, float]]:
    """Return the words that a search finds now, with the seconds since they were written."""
    words = list(written)
    lost = [word for word, moment in written.items() if time.monotonic() - moment > _LOST]
    if lost:
        raise SystemExit(f"not found within {_LOST} s: {lost[:5]}")
    found = []
    for start in range(0, len(words), 200):
        some = words[start : start + 200]
        lines = [
            line
            for word in some
            for line in ({"index": target.documents()}, {"query": {"match": {"title": word}}, "size": 0})
        ]
        answers = connect(target).msearch(searches=lines)["responses"]
        moment = time.monotonic()
        found += [
            (word, moment - written[word])
            for word, answer in zip(some, answers, strict=True)
            if answer["hits"]["total"]["value"]
        ]
    return found


def tabulate(name: str, seconds: list[float]) -> str:
    """Return a row of the table."""
    high = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return f"| {name} | {statistics.median(seconds):.1f} s | {high:.1f} s | {max(seconds):.1f} s |"


def list_processes(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Yield every process that works for the installation, with the name of its service."""
    for name in _SERVICES:
        for process in processes.find(home, name):
            yield name, process


def count_seconds(home: Path) -> float:
    """The processor's time that all but Elasticsearch have taken, and their children that have ended."""
    seconds = 0.0
    for name, process in list_processes(home):
        if name != SERVICE:
            # What ends meanwhile is counted as a child of what lives on.
            with suppress(psutil.NoSuchProcess):
                seconds += sum(process.cpu_times()[:4])
    return seconds


@contextmanager
def watch_memory(home: Path, peaks: dict[str, int]) -> Iterator[None]:
    """Note the highest memory of the processes of each service, each process for itself, in bytes."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_SAMPLE):
            now: dict[str, int] = defaultdict(int)
            for name, process in list_processes(home):
                try:
                    now[name] = max(now[name], process.memory_info().rss)
                except psutil.Error:
                    # It has ended.
                    continue
            for name, size in now.items():
                peaks[name] = max(peaks.get(name, 0), size)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    main()
