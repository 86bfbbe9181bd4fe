"""Finding a Java runtime that Elasticsearch accepts: 21 or newer, with the module jdk.jdi.

Runtimes cut down to what one application needs often lack that module, and the node then dies on its start
with "Module jdk.jdi not found"; so the modules are asked for, not only the version.
"""

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from tasks.errors import Misconfigured

OLDEST = 21
MODULE = "jdk.jdi"

# Where package managers put runtimes; {home} is the user's home folder.
_FOLDERS = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/java/*",
    "/opt/*jdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "{home}/.sdkman/candidates/java/*",
    "{home}/.jdks/*",
    "{home}/.local/share/mise/installs/java/*",
)
# Seconds one runtime may take to list its modules.
_PATIENCE = 20.0

_VERSION = re.compile(r"^java\.base@(\d+)", re.MULTILINE)


def find_java(environ: Mapping[str, str]) -> Path:
    """Find the `java` executable to start Elasticsearch with; remembered for the life of this process.

    Tried in this order: ES_JAVA_HOME, JAVA_HOME, PATH, then the folders where systems keep their runtimes,
    newest first. Raises Misconfigured, naming what was found, when none is 21 or newer with jdk.jdi.
    """
    names = ("ES_JAVA_HOME", "JAVA_HOME", "PATH", "HOME")
    return _choose(tuple(environ.get(name, "") for name in names), _FOLDERS)


@functools.cache
def _choose(variables: tuple[str, str, str, str], folders: tuple[str, ...]) -> Path:
    found: list[str] = []
    for java in dict.fromkeys(_candidates(variables, folders)):
        fault = _fault(java)
        if fault is None:
            return java
        found.append(f"{java} {fault}")
    raise Misconfigured(
        f"No Java {OLDEST} or newer with the module {MODULE} ({'; '.join(found) or 'no java was found'})",
        f"Install a full JDK {OLDEST} or newer, or set ES_JAVA_HOME to one; "
        "or set DAFTAR_ELASTICSEARCH_URL to a running Elasticsearch 9",
    )


def _candidates(variables: tuple[str, str, str, str], folders: tuple[str, ...]) -> Iterator[Path]:
    """Yield the executables to try; links are followed, because one runtime is often known under several names."""
    own, general, path, home = variables
    for root in (own, general):
        java = Path(root) / "bin" / "java"
        if root and os.access(java, os.X_OK):
            yield java.resolve()
    if java_on_path := shutil.which("java", path=path or os.defpath):
        yield Path(java_on_path).resolve()
    for folder in folders:
        pattern = Path(folder.format(home=home or "/nonexistent"))
        installed = pattern.relative_to("/")
        roots = sorted(Path("/").glob(str(installed)), key=_newest_first)
        for root in map(str, roots):
            java = Path(root) / "bin" / "java"
            if os.access(java, os.X_OK):
                yield java.resolve()


def _newest_first(root: Path) -> tuple[int, str]:
    """Sort by the first number in the folder's name, descending: temurin-25-jdk before java-17-openjdk."""
    number = re.search(r"\d+", root.name)
    return (-int(number[0]) if number else 0, root.name)


def _fault(java: Path) -> str | None:
    """Say why this runtime will not do; None if it will."""
    try:
        listed = subprocess.run(
            [str(java), "--list-modules"], capture_output=True, text=True, errors="replace", timeout=_PATIENCE
        )
    except subprocess.TimeoutExpired:
        return "does not answer"
    except OSError as error:
        return f"cannot be run: {error.strerror}"
    version = _VERSION.search(listed.stdout)
    if listed.returncode != 0 or version is None:
        # Java 8 does not know the option.
        return "is too old, or no Java"
    if int(version[1]) < OLDEST:
        return f"is version {version[1]}"
    if not re.search(rf"^{re.escape(MODULE)}@", listed.stdout, re.MULTILINE):
        return f"is version {version[1]} but lacks {MODULE}"
    return None
