"""Embedded nodes for tests."""

import os
from pathlib import Path
from typing import Any

from daftar.services.download import default_cache
from daftar.services.elasticsearch import Node

#: For a node that lives for a minute: Java's quick compiler alone, since what the good one does pays only after longer.
BRIEF = ("-XX:TieredStopAtLevel=1",)


def build_node(home: Path, port: int, *, java_options: tuple[str, ...] = BRIEF, **options: Any) -> Node:
    """Name a node whose data lie in `home`; `port` is the preferred one."""
    cache = Path(os.environ["DAFTAR_CACHE"]) if os.environ.get("DAFTAR_CACHE") else default_cache()
    return Node(home, cache, port, java_options=java_options, **options)


def build_shared_node(place: Path) -> Node:
    """Name the node of all processes of a session, by the temporary folder of this one."""
    around = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    return build_node(around / "node", 19200, heap="1g", java_options=())
