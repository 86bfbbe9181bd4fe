"""The production set-up as docker-compose reads it: `make test-compose`, on machines that have it."""

import os
import re
import subprocess
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]
SERVICES = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def test_compose_accepts_it(tmp_path: Path) -> None:
    """Debian's package, which needs no engine for this."""
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    filled = tmp_path / "filled.env"
    filled.write_text(re.sub(r"=$", "=" + "x" * 40, example, flags=re.MULTILINE), encoding="utf-8")
    command = ["docker-compose", "-f", str(PROJECT / "docker-compose.yml"), "--env-file", str(filled), "config"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == set(SERVICES)


def test_compose_refuses_it_without_secrets(tmp_path: Path) -> None:
    command = ["docker-compose", "-f", str(PROJECT / "docker-compose.yml"), "config"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={"PATH": os.environ["PATH"]})
    assert done.returncode != 0
    assert "set it in .env" in done.stderr
