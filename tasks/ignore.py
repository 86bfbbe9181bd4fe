"""Which entries of a folder are not pages: hidden files, leftovers of editors and downloads, the operator's patterns.

Such files are not read, but they are listed, counted and named in the ledger like every other.
"""

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec

from tasks.errors import Misconfigured

PATTERN_FILE: Final = ".daftarignore"

#: Endings of files that are not finished or not meant: editors' backups, browsers' and tools' downloads.
_LEFTOVERS: Final = ("~", ".part", ".tmp", ".crdownload", ".swp", ".partial", ".download")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one folder; `reason` answers for one entry."""

    patterns: GitIgnoreSpec

    def reason(self, path: str, mode: int) -> str | None:
        """Say why the entry at `path` (relative, `/` between parts) is ignored, or None when it is a page.

        `mode` is the entry's own `st_mode` (links not followed). `reason("خبر.txt.part", mode)` is
        "leftover of an editor or a download".
        """
        if stat.S_ISLNK(mode):
            return "symbolic link"
        if not stat.S_ISREG(mode):
            return "not a regular file"
        if any(part.startswith(".") for part in path.split("/")):
            return "hidden"
        if path.endswith(_LEFTOVERS):
            return "leftover of an editor or a download"
        if self.patterns.match_file(path):
            return f"matches a pattern in {PATTERN_FILE}"
        return None


def load_rules(folder: Path) -> Rules:
    """Read the folder's `.daftarignore` (gitignore's syntax); without one only the built-in rules hold.

    Raises Misconfigured that names the line when it is no pattern, or the file when it cannot be read.
    """
    file = folder / PATTERN_FILE
    try:
        lines = file.read_text(encoding="utf-8-sig", errors="replace").split("\n") if file.is_file() else []
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}", "Mend it, or delete it.") from error
    for number, line in enumerate(lines, start=1):
        try:
            GitIgnoreSpec.from_lines([line])
        except (ValueError, re.error) as error:
            raise Misconfigured(
                f"Line {number} of {file} is no pattern: {error}", "Correct it, or delete it."
            ) from error
    return Rules(GitIgnoreSpec.from_lines(lines))
