"""One run over a folder as a process of its own, that dies or stops at a given line of the pipeline.

`python driver.py FOLDER URL PREFIX [--signal KILL|STOP --line NUMBER] [--batch FILES] [--count]`

The lines are those executed in the modules between scan and ledger, the parts of the test included that stand
for the flow. Prints the run's sums as JSON; the exit code says how it ended.
"""

import argparse
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "tests" / "tasks"), str(PROJECT)]

from archive import Archive  # noqa: E402 (it is found by the line above)
from runs import MISCONFIGURED, UNAVAILABLE  # noqa: E402 (as above)

from tasks.cluster import Target  # noqa: E402 (as above)
from tasks.errors import Misconfigured, Unavailable  # noqa: E402 (as above)

TRACED = frozenset(
    str(PROJECT / "tasks" / f"{name}.py")
    for name in ("batch", "bulk", "changes", "holds", "index", "ledger", "notes", "read", "scan")
) | {str(PROJECT / "tests" / "tasks" / "archive.py")}


class Lines:
    """Counts lines, and sends this process a signal before a certain one."""

    def __init__(self, line: int, number: int) -> None:
        self.left, self.number, self.seen = line, number, 0

    def trace_call(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Trace the frames of the pipeline and no others."""
        return self.trace_line if frame.f_code.co_filename in TRACED else None

    def trace_line(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Count, and strike when the time has come."""
        if event == "line":
            self.seen += 1
            if self.seen == self.left:
                os.kill(os.getpid(), self.number)
        return self.trace_line


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("prefix")
    parser.add_argument("--signal", choices=["KILL", "STOP"], default="KILL")
    parser.add_argument("--line", type=int, default=0)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--guarded", action="store_true")
    options = parser.parse_args()
    lines = Lines(options.line, signal.Signals[f"SIG{options.signal}"])
    archive = Archive(options.folder, Target(options.url, options.prefix), options.batch)
    sys.settrace(lines.trace_call)
    try:
        sums, _ = archive.run(confirm=not options.guarded)
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return UNAVAILABLE
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        return MISCONFIGURED
    finally:
        sys.settrace(None)
    sys.stdout.write(json.dumps(asdict(sums) | {"lines": lines.seen}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
