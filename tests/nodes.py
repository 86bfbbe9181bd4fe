"""Embedded nodes for tests."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from daftar.services.download import default_cache
from daftar.services.elasticsearch import Node

#: For a node of tests: Java's quick compiler alone, since what the good one does pays only after more than such a node
#: ever does.
BRIEF = ("-XX:TieredStopAtLevel=1",)


def build_node(home: Path, port: int, **options: Any) -> Node:
    """Name a node whose data lie in `home`; `port` is the preferred one."""
    cache = Path(os.environ["DAFTAR_CACHE"]) if os.environ.get("DAFTAR_CACHE") else default_cache()
    return Node(home, cache, port, java_options=BRIEF, **options)


def build_shared_node(place: Path) -> Node:
    """Name the node of all processes of a session, by the temporary folder of this one."""
    around = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    return build_node(around / "node", 19200, heap="1g")


def start_apart(node: Node) -> str:
    """Start a node from a process of its own, since it may outlive the one that asks; returns its address."""
    if url := node.url():
        return url
    code = (
        "import sys; from pathlib import Path; from tests.nodes import build_node as build; "
        "print(build(Path(sys.argv[1]), 19200, heap=sys.argv[2]).start())"
    )
    command = [sys.executable, "-c", code, str(node.home), node.heap]
    started = subprocess.run(command, cwd=Path(__file__).resolve().parents[1], capture_output=True, text=True)
    assert started.returncode == 0, started.stderr
    return started.stdout.strip()
