"""Downloading, with a stand-in for Maven that writes a small archive into the private repository."""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from daftar.services import download, processes
from daftar.services.download import Artifact
from tasks.errors import Misconfigured, Unavailable

# Notes the call, says `$MAVEN_SAYS`, then copies the archive slowly, as a download grows, and ends with `$MAVEN_CODE`.
MAVEN = """#!/bin/sh
echo "$@" >> "$MAVEN_CALLS"
for argument; do case "$argument" in -Dmaven.repo.local=*) repository="${argument#*=}";; esac; done
printf '%b' "$MAVEN_SAYS"
folder="$repository/org/example/server-archive/1.0"
mkdir -p "$folder"
head -c 100 "$MAVEN_ARCHIVE" > "$folder/server-archive-1.0.zip.part"
echo $$ > "$MAVEN_CALLS.started"
sleep "$MAVEN_SECONDS"
test "$MAVEN_CODE" = 0 || exit "$MAVEN_CODE"
cp "$MAVEN_ARCHIVE" "$folder/server-archive-1.0.zip"
"""


class Maven:
    """The stand-in: what it was called with, and switches for what it does."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.calls_file = folder / "calls"
        self.started = folder / "calls.started"
        self._patch = patch
        self.archive = folder / "source.zip"
        programme = folder / "bin" / "mvn"
        programme.parent.mkdir()
        programme.write_text(MAVEN)
        programme.chmod(0o755)
        patch.setenv("PATH", f"{programme.parent}:{os.environ['PATH']}")
        patch.setenv("MAVEN_CALLS", str(self.calls_file))
        patch.setenv("MAVEN_ARCHIVE", str(self.archive))
        self.set(says="", seconds="0", code="0")

    def set(self, **switches: str) -> None:
        for name, value in switches.items():
            self._patch.setenv(f"MAVEN_{name.upper()}", value)

    @property
    def calls(self) -> list[str]:
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maven:
    folder = tmp_path / "tools"
    folder.mkdir()
    return Maven(folder, monkeypatch)


@pytest.fixture
def artifact(maven: Maven) -> Artifact:
    with zipfile.ZipFile(maven.archive, "w") as content:
        content.writestr("app-1.0/server/lib/server.jar", "jar")
        content.writestr("app-1.0/server/config/settings", "port: 1")
        content.writestr("app-1.0/server-side/other", "not wanted")
        content.writestr("app-1.0/web/page", "not wanted")
    data = maven.archive.read_bytes()
    return Artifact(
        group="org.example",
        name="server-archive",
        version="1.0",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        folder="app-1.0/server",
        target="server-9",
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


def contents(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def assert_nothing_left(cache: Path) -> None:
    assert {path.name for path in cache.iterdir()} <= {"download.lock", "download.log"}
    assert processes.find(cache, "download") == []


def test_only_the_wanted_folder_arrives(cache: Path, artifact: Artifact) -> None:
    target = download.fetch(cache, artifact)
    assert target == cache / "server-9"
    assert contents(target) == {"lib/server.jar", "config/settings"}
    assert (target / "config" / "settings").read_text() == "port: 1"
    shutil.rmtree(target)
    assert_nothing_left(cache)


def test_what_maven_is_asked(cache: Path, artifact: Artifact, maven: Maven) -> None:
    download.fetch(cache, artifact)
    (call,) = maven.calls
    assert call.split() == [
        "--batch-mode",
        "--no-transfer-progress",
        "--strict-checksums",
        "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get",
        "-Dartifact=org.example:server-archive:1.0:zip",
        "-Dtransitive=false",
        f"-Dmaven.repo.local={cache}/maven",
    ]


def test_a_filled_cache_needs_nobody(
    cache: Path, artifact: Artifact, maven: Maven, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = download.fetch(cache, artifact)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert download.fetch(cache, artifact) == first
    assert len(maven.calls) == 1


def test_everybody_may_read_it_whatever_the_umask(cache: Path, artifact: Artifact) -> None:
    before = os.umask(0o077)
    try:
        target = download.fetch(cache, artifact)
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (target, *target.rglob("*"))}
    assert all(mode == (0o755 if path.is_dir() else 0o644) for path, mode in modes.items())


def test_another_content_is_refused(cache: Path, artifact: Artifact) -> None:
    with pytest.raises(Misconfigured, match="another content"):
        download.fetch(cache, replace(artifact, sha256="0" * 64))
    assert_nothing_left(cache)


def test_no_maven(cache: Path, artifact: Artifact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Misconfigured, match="Maven") as caught:
        download.fetch(cache, artifact)
    assert "Install Maven" in caught.value.advice
    assert "DAFTAR_ELASTICSEARCH_URL" in caught.value.advice


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (
            "[INFO] begin\n"
            "[ERROR] Failed to execute goal get: Couldn't download artifact: Could not transfer artifact a:b:zip:1 "
            "from/to central (https://files.example.org/releases): files.example.org: Name or service not known"
            " -> [Help 1]\n"
            "[ERROR] \n[ERROR] Re-run Maven using the -X switch\n[ERROR] [Help 1] http://wiki.example.org/x\n",
            "Could not transfer artifact a:b:zip:1 from/to central: the repository: Name or service not known",
        ),
        (
            "[ERROR] Plugin p:1 could not be resolved: Could not transfer artifact p:pom:1 from/to central "
            "(https://files.example.org/releases): transfer failed for https://files.example.org/releases/p/1/p-1.pom: "
            "Connect to 127.0.0.1:9 [/127.0.0.1] failed: Connection refused -> [Help 1]\n",
            "Could not transfer artifact p:pom:1 from/to central: transfer failed: "
            "Connect to the proxy or repository failed: Connection refused",
        ),
        (
            "[ERROR] Checksum validation failed: expected 1 but is 2\n",
            "Checksum validation failed: expected 1 but is 2",
        ),
        ("Killed\n", "it stopped before the end"),
        ("", "it stopped before the end"),
    ],
)
def test_maven_fails(cache: Path, artifact: Artifact, maven: Maven, says: str, expected: str) -> None:
    maven.set(code="1", says=says.replace("\n", "\\n"))
    with pytest.raises(Unavailable) as caught:
        download.fetch(cache, artifact)
    assert caught.value.reason == f"Maven could not download Elasticsearch: {expected}"
    assert "network" in caught.value.advice
    assert_nothing_left(cache)
    assert (cache / "download.log").is_file()


def test_nothing_comes_any_more(cache: Path, artifact: Artifact, maven: Maven, monkeypatch: pytest.MonkeyPatch) -> None:
    maven.set(seconds="300")
    monkeypatch.setattr(download, "_STALL", 0.3)
    with pytest.raises(Unavailable, match="nothing came"):
        download.fetch(cache, artifact)
    assert_nothing_left(cache)


def test_no_room(cache: Path, artifact: Artifact, maven: Maven) -> None:
    with pytest.raises(Misconfigured, match="GB free"):
        download.fetch(cache, replace(artifact, size=10**18))
    assert maven.calls == []


def test_a_cache_that_cannot_be_made(tmp_path: Path, artifact: Artifact) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="cannot be used") as caught:
        download.fetch(tmp_path / "file" / "cache", artifact)
    assert "DAFTAR_CACHE" in caught.value.advice


def test_two_at_once_download_once(cache: Path, artifact: Artifact, maven: Maven) -> None:
    maven.set(seconds="0.5")
    with ThreadPoolExecutor(3) as threads:
        targets = list(threads.map(lambda _: download.fetch(cache, artifact), range(3)))
    assert targets == [cache / "server-9"] * 3
    assert len(maven.calls) == 1


def test_a_kill_half_way_leaves_nothing_that_is_believed(cache: Path, artifact: Artifact, maven: Maven) -> None:
    maven.set(seconds="300")
    code = (
        "from pathlib import Path; from daftar.services.download import Artifact, fetch\n"
        f"fetch(Path({str(cache)!r}), {artifact!r})"
    )
    downloader = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 30
    while not maven.started.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    downloader.send_signal(signal.SIGKILL)
    downloader.wait()
    assert not (cache / artifact.target).exists()
    assert (cache / "maven").exists()
    # The next one ends the orphaned Maven and starts afresh.
    maven.set(seconds="0")
    target = download.fetch(cache, artifact)
    assert contents(target) == {"lib/server.jar", "config/settings"}
    assert len(maven.calls) == 2
    shutil.rmtree(target)
    assert_nothing_left(cache)


def test_a_kill_while_unpacking_leaves_nothing_that_is_believed(cache: Path, artifact: Artifact) -> None:
    half = cache / "unpacking" / "app-1.0" / "server" / "lib"
    half.mkdir(parents=True)
    (half / "leftover.jar").write_text("half")
    assert contents(download.fetch(cache, artifact)) == {"lib/server.jar", "config/settings"}


def test_progress_is_quiet_when_it_is_quick(cache: Path, artifact: Artifact, capfd: pytest.CaptureFixture[str]) -> None:
    download.fetch(cache, artifact)
    assert capfd.readouterr() == ("", "")


def test_progress_in_lines_without_a_terminal(
    cache: Path, artifact: Artifact, maven: Maven, capfd: pytest.CaptureFixture[str]
) -> None:
    maven.set(seconds="3")
    download.fetch(cache, artifact)
    out, err = capfd.readouterr()
    assert out == ""
    assert err == "Elasticsearch 9 (once): 0 of 0 MB\n"


def test_default_cache_of_an_ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert download.default_cache() == download.platformdirs.user_cache_path("daftar")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to choose another folder")
@pytest.mark.parametrize(("mode", "private"), [(0o700, True), (0o755, False)])
def test_default_cache_of_root(monkeypatch: pytest.MonkeyPatch, mode: int, private: bool) -> None:
    home = Path("/var/tmp") / f"daftar-test-home-{os.getpid()}"
    home.mkdir()
    try:
        home.chmod(mode)
        monkeypatch.setenv("XDG_CACHE_HOME", str(home))
        assert download.default_cache() == (Path("/var/cache/daftar") if private else home / "daftar")
    finally:
        home.rmdir()


def test_the_server_is_pinned() -> None:
    assert download.SERVER.coordinates == "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
    assert len(download.SERVER.sha256) == 64
