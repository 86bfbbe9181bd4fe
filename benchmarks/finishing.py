"""A page taken through all steps before the index, for benchmarks that need finished documents."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tasks.detect import detect
from tasks.document import File
from tasks.enrich import enrich
from tasks.normalize import normalize
from tasks.read import read
from tasks.source import to_source

_LIMIT: Final = 1 << 26

#: The time of files written here: 1 January 2020.
_MOMENT: Final = 1_577_836_800


def finish(folder: Path, file: File) -> dict[str, Any]:
    """Return the finished document of a page."""
    page = read(folder, file, _LIMIT)
    language = detect(page.text)
    article = normalize(page.text, language.code)
    return to_source(page, language, article, enrich(page, language, article), "benchmark", 0)


def finish_folder(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the finished documents of a folder's pages, in the order of their names."""
    for path in sorted(folder.iterdir()):
        yield finish(folder, list_file(path))


def list_file(path: Path) -> File:
    """Return a file's entry in the listing of its folder."""
    status = path.stat()
    return File(path.name, status.st_size, status.st_mtime_ns)


def finish_texts(texts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the finished document of each text, written as a page of its own first."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "page.txt"
        for text in texts:
            path.write_text(text, encoding="utf-8")
            os.utime(path, (_MOMENT, _MOMENT))
            yield finish(Path(place), list_file(path))
