"""The real `daftar` under a real Prefect server, over a folder and an archive of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive import Archive
from runs import ALL

from tasks.cluster import connect

#: Seconds after which a run ends whose server is gone.
PATIENCE = 40 if ALL else 5

#: How the command ends when some files are in quarantine.
SOME_QUARANTINED = 3


@dataclass(frozen=True)
class Command:
    """`daftar` over a folder of its own."""

    archive: Archive
    home: Path
    limit: int = 64 << 20
    url: str | None = None

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAFTAR_", "PREFECT_"))}
        target = self.archive.target
        return kept | {
            "DAFTAR_HOME": str(self.home),
            "DAFTAR_FOLDER": str(self.archive.folder),
            "DAFTAR_ELASTICSEARCH_URL": self.url or target.url,
            "DAFTAR_INDEX_PREFIX": target.prefix,
            "DAFTAR_PREFECT_PORT": "14520",
            "DAFTAR_PREFECT_PATIENCE": str(PATIENCE),
            "DAFTAR_FILE_LIMIT": str(self.limit),
            "DAFTAR_SETTLE": "0",
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [str(Path(sys.executable).with_name("daftar")), *arguments, "--json"]
        return subprocess.Popen(
            command, cwd=self.home, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def call(self, *arguments: str, expect: int = 0) -> Any:
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=300)
        assert process.returncode == expect, errors
        assert "Traceback" not in errors
        return json.loads(output)

    def count_entries(self) -> int:
        connect(self.archive.target).indices.refresh(index=self.archive.target.files)
        return int(connect(self.archive.target).count(index=self.archive.target.files)["count"])

    def check(self, files: int) -> None:
        """Run once more; then status, ledger, folder of so many files and index say the same."""
        sums = self.call("ingest", expect=SOME_QUARANTINED)
        numbers = (sums[name] for name in ("new", "changed", "duplicate", "quarantined", "ignored", "unchanged"))
        assert sum(numbers) == files
        self.archive.check()
        status = self.call("status")
        assert status["adds_up"] is True
        assert status["files_on_disk"] == files
        assert status["documents"] == status["ledger"]["indexed"] == len(self.archive.current_ids())
