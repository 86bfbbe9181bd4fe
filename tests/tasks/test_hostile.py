"""The hostile folder, file by file: the status each must end in, and that the folder is what it says."""

import os
from pathlib import Path

import pytest
from hostile import DUPLICATE, IGNORED, INDEXED, QUARANTINED, write_hostile_folder

from tasks.document import File
from tasks.errors import Quarantined
from tasks.paths import decode_path, encode_path
from tasks.read import read


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hostile_folder(tmp_path: Path, seed: int) -> None:
    expected = write_hostile_folder(tmp_path, seed)
    assert len(expected) >= 60
    found: dict[str, str] = {}
    documents: set[str] = set()
    for key in sorted(expected):
        if expected[key] == IGNORED:
            found[key] = IGNORED
            continue
        status = (tmp_path / decode_path(key)).lstat()
        try:
            page = read(tmp_path, File(key, status.st_size, status.st_mtime_ns))
        except Quarantined as refused:
            assert refused.advice
            found[key] = QUARANTINED
        else:
            found[key] = DUPLICATE if page.document_id in documents else INDEXED
            documents.add(page.document_id)
    assert found == expected


def test_same_seed_writes_the_same_folder(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert write_hostile_folder(one, 5) == write_hostile_folder(other, 5)
    for path in sorted(one.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 20 and os.access(path, os.R_OK):
            assert path.read_bytes() == (other / path.relative_to(one)).read_bytes()


def test_hostile_folder_is_fully_described(tmp_path: Path) -> None:
    expected = write_hostile_folder(tmp_path, 6)
    on_disk = {
        encode_path(str(path.relative_to(tmp_path)))
        for path in tmp_path.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    assert on_disk == set(expected)
