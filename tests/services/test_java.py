"""The choice among runtimes, played with scripts that answer as `java --list-modules` does."""

import re
from pathlib import Path

import pytest

from daftar.services import java
from tasks.errors import Misconfigured

FULL = "java.base@{v}\njava.logging@{v}\njdk.jdi@{v}\njdk.zipfs@{v}\n"
CUT = "java.base@{v}\njava.logging@{v}\njdk.jdiagnostics@{v}\n"


def install(root: Path, modules: str, version: str = "25.0.1", code: int = 0) -> Path:
    """Put a runtime below `root`; its executable is returned."""
    executable = root / "bin" / "java"
    executable.parent.mkdir(parents=True)
    listing = root / "modules"
    listing.write_text(modules.format(v=version))
    executable.write_text(f'#!/bin/sh\ntest "$1" = --list-modules || exit 9\necho x >> "{root}/calls"\n')
    with executable.open("a") as script:
        script.write(f'cat "{listing}"\nexit {code}\n')
    executable.chmod(0o755)
    return executable


@pytest.fixture(autouse=True)
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an empty folder in the place of the system's runtimes."""
    folder = tmp_path / "jvm"
    monkeypatch.setattr(java, "_FOLDERS", (f"{folder}/*", "{home}/.sdkman/candidates/java/*"))
    return folder


def environ(**variables: Path) -> dict[str, str]:
    return {"PATH": "/nonexistent", **{name: str(value) for name, value in variables.items()}}


def test_the_order_is_own_variable_general_variable_path_system(tmp_path: Path, system: Path) -> None:
    own, general, path, found = (
        install(root, FULL) for root in (tmp_path / "own", tmp_path / "general", tmp_path / "path", system / "jdk-25")
    )
    variables = environ(ES_JAVA_HOME=tmp_path / "own", JAVA_HOME=tmp_path / "general", PATH=tmp_path / "path" / "bin")
    assert java.find_java(variables) == own
    assert java.find_java({**variables, "ES_JAVA_HOME": ""}) == general
    assert java.find_java({**variables, "ES_JAVA_HOME": "", "JAVA_HOME": str(tmp_path / "no")}) == path
    assert java.find_java(environ()) == found


@pytest.mark.parametrize("version", ["21", "21.0.2", "25.0.1", "26-ea"])
def test_new_enough(tmp_path: Path, version: str) -> None:
    executable = install(tmp_path / "a", FULL, version)
    assert java.find_java(environ(JAVA_HOME=tmp_path / "a")) == executable


@pytest.mark.parametrize(
    ("modules", "version", "code", "fault"),
    [
        (FULL, "17.0.15", 0, "is version 17"),
        (FULL, "20", 0, "is version 20"),
        (CUT, "25.0.1", 0, "is version 25 but lacks jdk.jdi"),
        ("Unrecognized option: --list-modules\n", "", 1, "is too old, or no Java"),
        (FULL, "25", 1, "is too old, or no Java"),
        ("", "", 0, "is too old, or no Java"),
    ],
)
def test_unfit_runtimes_are_named_with_the_way_out(
    tmp_path: Path, modules: str, version: str, code: int, fault: str
) -> None:
    executable = install(tmp_path / "a", modules, version, code)
    with pytest.raises(Misconfigured, match=re.escape(f"{executable} {fault}")) as caught:
        java.find_java(environ(JAVA_HOME=tmp_path / "a"))
    assert "ES_JAVA_HOME" in caught.value.advice
    assert "\n" not in str(caught.value)


def test_an_unfit_one_first_does_not_hide_a_fit_one(tmp_path: Path, system: Path) -> None:
    install(tmp_path / "old", FULL, "17.0.15")
    install(system / "java-17-openjdk", FULL, "17.0.15")
    install(system / "java-8", CUT, "25")
    fit = install(system / "temurin-25-jdk", FULL)
    assert java.find_java(environ(PATH=tmp_path / "old" / "bin")) == fit


def test_the_newest_of_the_system_is_asked_first(system: Path) -> None:
    install(system / "java-21-openjdk", FULL, "21")
    newest = install(system / "temurin-25-jdk", FULL, "25")
    assert java.find_java(environ()) == newest
    assert not (system / "java-21-openjdk" / "calls").exists()


def test_a_runtime_in_the_home_folder(tmp_path: Path) -> None:
    fit = install(tmp_path / "user" / ".sdkman" / "candidates" / "java" / "25-tem", FULL)
    assert java.find_java(environ(HOME=tmp_path / "user")) == fit


def test_a_linked_runtime_is_asked_once(tmp_path: Path, system: Path) -> None:
    install(tmp_path / "old", FULL, "17")
    system.mkdir()
    (system / "default").symlink_to(tmp_path / "old")
    with pytest.raises(Misconfigured) as caught:
        java.find_java(environ(JAVA_HOME=tmp_path / "old", PATH=tmp_path / "old" / "bin"))
    assert caught.value.reason.count("is version 17") == 1
    assert (tmp_path / "old" / "calls").read_text() == "x\n"


def test_nothing_at_all() -> None:
    with pytest.raises(Misconfigured, match="no java was found"):
        java.find_java(environ())


def test_the_choice_is_remembered(tmp_path: Path) -> None:
    executable = install(tmp_path / "a", FULL)
    assert java.find_java(environ(JAVA_HOME=tmp_path / "a")) == executable
    assert java.find_java(environ(JAVA_HOME=tmp_path / "a")) == executable
    assert (tmp_path / "a" / "calls").read_text() == "x\n"


def test_one_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable = install(tmp_path / "a", FULL)
    executable.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(java, "_PATIENCE", 0.2)
    with pytest.raises(Misconfigured, match="does not answer"):
        java.find_java(environ(JAVA_HOME=tmp_path / "a"))


def test_one_that_cannot_be_run(tmp_path: Path) -> None:
    executable = install(tmp_path / "a", FULL)
    executable.write_bytes(b"\x7fELF for another machine")
    with pytest.raises(Misconfigured, match="cannot be run"):
        java.find_java(environ(JAVA_HOME=tmp_path / "a"))
