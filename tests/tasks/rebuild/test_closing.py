"""Indices closed for writing while versions change are opened again."""

import pytest
from archive import Archive

from tasks.cluster import Target
from tasks.errors import Unavailable
from tasks.indices import (
    close_for_writing,
    find_closed,
    list_versions,
    open_for_writing,
    reopen_abandoned,
)

pytestmark = [pytest.mark.search, pytest.mark.slow]


def test_indices_left_closed_are_opened_again(target: Target) -> None:
    versions = [versions.serving for versions in list_versions(target) if versions.serving]
    close_for_writing(target, versions[:2])
    waited: list[float] = []
    assert reopen_abandoned(target, sleep=waited.append) == [version.index for version in versions[:2]]
    assert sum(waited) == 30
    assert find_closed(target) == []
    assert reopen_abandoned(target, sleep=waited.append) == []


def test_a_rebuild_that_is_under_way_is_waited_for(target: Target) -> None:
    versions = [versions.serving for versions in list_versions(target) if versions.serving]
    close_for_writing(target, versions)
    assert reopen_abandoned(target, sleep=lambda _: open_for_writing(target, versions)) == []


def test_writing_into_closed_indices_says_why(archive: Archive) -> None:
    versions = [versions.serving for versions in list_versions(archive.target) if versions.serving]
    close_for_writing(archive.target, versions)
    archive.write("new.txt", "خبر\n\nnew")
    with pytest.raises(Unavailable, match="cluster_block_exception"):
        archive.run()
    open_for_writing(archive.target, versions)
    archive.run()
    archive.check()
