"""The flows that change which indices serve, against a real Prefect server and a real Elasticsearch."""

from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from flows.ingest import ingest
from flows.lock import hold
from flows.progress import watching
from flows.rebuild import Turn, build_turns, rebuild, rollback
from flows.settings import load_settings
from tasks.cluster import Target, connect
from tasks.indices import close_for_writing, list_versions

pytestmark = [pytest.mark.flows, pytest.mark.search, pytest.mark.slow]

PAGES = {
    "نشست.txt": "نشست سران در تهران\n\nسران هفت کشور روز شنبه در تهران گرد هم می‌آیند تا درباره آب گفت‌وگو کنند.\n",
    "qimma.txt": "قمة في عمان\n\nيجتمع قادة سبع دول يوم السبت في العاصمة الأردنية عمان لبحث أزمة المياه في المنطقة.\n",
}


@pytest.fixture
def target(own_target: Target) -> Target:
    """The indices are changed here."""
    return own_target


@pytest.fixture
def filled(installed: Target, folder: Path) -> Target:
    """An archive of two pages."""
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert ingest(return_state=True).name == "Completed"
    return installed


def turn_of(state: State[Any]) -> Turn:
    turn = state.result(raise_on_failure=False)
    assert isinstance(turn, Turn)
    return turn


def test_rebuild_and_rollback(filled: Target) -> None:
    progress: list[tuple[int, int]] = []
    with watching(lambda done, total: progress.append((done, total))):
        state = rebuild(return_state=True)
    assert state.name == "Rebuilt"
    assert (state.message or "").startswith("version 2 serves: 2 documents, 2 files; nothing could be written for ")
    # Two indices with a document each, and the ledger with two entries.
    assert progress == [(1, 4), (2, 4), (4, 4)]
    told = turn_of(state).to_json()
    assert set(told) == {
        "version",
        "indices",
        "written",
        "samples",
        "fields_left_out",
        "held_seconds",
        "pruned",
        "seconds",
    }
    assert told["indices"][0] == {
        "index": f"{filled.prefix}-documents-fa-000002",
        "replaces": f"{filled.prefix}-documents-fa-000001",
        "documents": 1,
    }
    state = rollback(return_state=True)
    assert state.name == "RolledBack"
    assert (state.message or "").startswith("version 1 serves: 2 documents, 2 files; ")
    assert connect(filled).count(index=filled.documents())["count"] == 2
    assert ingest(return_state=True).name == "NothingNew"


def test_only_one_at_a_time(filled: Target) -> None:
    settings = load_settings()
    with hold(settings.home, Path("indices"), wait=False):
        state = rebuild(return_state=True)
    assert state.is_failed()
    assert state.message == "Another rebuild or rollback is under way. Wait for its end, then try again."


def test_a_rollback_without_a_rebuild_says_so(filled: Target) -> None:
    state = rollback(return_state=True)
    assert state.is_failed()
    assert "no previous version" in (state.message or "")


def test_an_ingest_refuses_indices_of_another_daftar_until_they_are_rebuilt(filled: Target, folder: Path) -> None:
    connect(filled).indices.put_mapping(index=f"{filled.documents('fa')}-000001", meta={"fingerprint": "another"})
    (folder / "new.txt").write_text("خبر تازه\n\nمتن", encoding="utf-8")
    state = ingest(return_state=True)
    assert state.is_failed()
    assert "Run `daftar rebuild`" in (state.message or "")
    assert rebuild(return_state=True).name == "Rebuilt"
    assert ingest(return_state=True).message == "1 new, 0 failed"


def test_an_ingest_opens_what_a_killed_rebuild_left_closed(
    filled: Target, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.indices.HOLD_LIMIT", 1.0)
    close_for_writing(filled, [versions.serving for versions in list_versions(filled) if versions.serving])
    (folder / "new.txt").write_text("خبر تازه\n\nمتن", encoding="utf-8")
    assert ingest(return_state=True).message == "1 new, 0 failed"


def test_both_can_be_started_by_hand_and_have_no_schedule() -> None:
    found = {f"{each.flow_name}/{each.name}": each for each in build_turns()}
    assert set(found) == {"rebuild/manual", "rollback/manual"}
    for name in ("rebuild/manual", "rollback/manual"):
        assert not found[name].schedules
        assert found[name].entrypoint == f"flows.rebuild.{name.partition('/')[0]}"
