"""`make bench`: how fast daftar is beside Elasticsearch alone, how that grows, and what each step costs.

Prints its tables and writes them to `docs/performance.md`. Numbers of files and of runs come from FILES and RUNS.
"""

import io
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Final

from benchmarks import enrichment, latency, scaling, throughput
from benchmarks.corpus import PROJECT

_FILES: Final = os.environ.get("FILES", "1000 10000").split()
_RUNS: Final = os.environ.get("RUNS", "5")

_PLOT: Final = PROJECT / "docs" / "pictures" / "performance.svg"

#: The sections of the page: a heading, what to run, whether it prints Markdown.
_SECTIONS: Final[list[tuple[str, Callable[[], None], bool]]] = [
    ("The whole pipeline", lambda: throughput.main(["--files", *_FILES, "--runs", _RUNS, "--plot", str(_PLOT)]), True),
    ("On two processes", lambda: scaling.main(["--runs", _RUNS]), True),
    ("Soon to be found", lambda: latency.main([]), True),
    ("Each step on one core, and how right it is", lambda: enrichment.main([]), False),
]


def main() -> None:
    """Run all and write the page."""
    parts = ["# Performance\n\nMade by `make bench`; how well search finds is in [relevance.md](relevance.md).\n"]
    for heading, run, is_markdown in _SECTIONS:
        print(f"\n{heading}\n", flush=True)
        printed = io.StringIO()
        with redirect_stdout(printed):
            run()
        text = printed.getvalue().strip()
        print(text, flush=True)
        body = text if is_markdown else f"```\n{text}\n```"
        parts.append(f"## {heading}\n\n{body}\n")
    (PROJECT / "docs" / "performance.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
