"""What daftar needs of the machine, checked one by one, each with the way to mend it."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from daftar.installation import Installation
from daftar.services import ports
from daftar.services.download import SERVER
from daftar.services.java import find_java
from tasks.cluster import check_server
from tasks.errors import DaftarError

#: Bytes that the download, the unpacked server and a first archive take together.
_ROOM: Final = 3 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked: whether it is well, what was found, and what to do if it is not."""

    what: str
    ok: bool
    found: str
    advice: str = ""


def examine(installation: Installation) -> list[Finding]:
    """Check everything; nothing is started or changed."""
    return list(_examine(installation))


def _examine(installation: Installation) -> Iterator[Finding]:
    settings = installation.settings
    yield _check_python()
    for package in ("prefect", "elasticsearch", "hazm", "pyarabic", "langdetect"):
        yield Finding(package, True, version(package))
    if settings.elasticsearch_url is None:
        yield from _check_embedded(installation)
    yield _check_server(installation)
    yield _check_prefect(installation)
    yield _check_page(installation)
    yield _check_folder(settings.folder)
    yield _check_disk(settings.home)


def _check_python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    fits = sys.version_info[:2] == (3, 11)
    return Finding("Python", fits, found, "" if fits else "Install Python 3.11: hazm works with no newer one.")


def _check_embedded(installation: Installation) -> Iterator[Finding]:
    try:
        yield Finding("Java", True, str(find_java(os.environ)))
    except DaftarError as error:
        yield Finding("Java", False, error.reason, error.advice)
    unpacked = installation.node.cache / SERVER.target
    if unpacked.is_dir():
        yield Finding("Elasticsearch's programme", True, str(unpacked))
    elif maven := shutil.which("mvn"):
        yield Finding("Elasticsearch's programme", True, f"not yet there; {maven} will fetch it once")
    else:
        yield Finding(
            "Maven", False, "no mvn on the PATH", "Install Maven 3.8 or newer: it fetches Elasticsearch, once."
        )


def _check_server(installation: Installation) -> Finding:
    url = installation.elasticsearch_url()
    if url is None:
        return _check_port("Elasticsearch", installation.settings.elasticsearch_port)
    try:
        return Finding("Elasticsearch", True, f"{check_server(installation.settings.target(url))} at {url}")
    except DaftarError as error:
        return Finding("Elasticsearch", False, error.reason, error.advice)


def _check_prefect(installation: Installation) -> Finding:
    if url := installation.server.url():
        return Finding("Prefect", True, f"runs at {url}")
    return _check_port("Prefect's server", installation.settings.prefect_port)


def _check_page(installation: Installation) -> Finding:
    if url := installation.page.url():
        return Finding("search page", True, f"runs at {url}")
    return _check_port("search page", installation.settings.page_port)


def _check_port(what: str, port: int) -> Finding:
    """Say of something that does not run whether its port is free; nothing is wrong if not."""
    free = ports.is_free(port)
    found = f"does not run; port {port} is {'free' if free else 'taken, another will be used'}"
    return Finding(what, True, found, "Start it with `daftar up`.")


def _check_folder(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding("folder", False, f"{folder} is not there", "Make it, or set DAFTAR_FOLDER.")
    if not os.access(folder, os.R_OK | os.X_OK):
        return Finding("folder", False, f"{folder} cannot be read", "Give daftar's user the right to read it.")
    return Finding("folder", True, str(folder))


def _check_disk(home: Path) -> Finding:
    existing = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / 1024**3:.1f} GB free at {existing}"
    return Finding("disk", free >= _ROOM, found, "" if free >= _ROOM else "Free 3 GB, or set DAFTAR_HOME elsewhere.")
