"""The audit as a flow: its states, its artifact, and that it waits for nobody's work to be undone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State

from flows.audit import Audit, audit
from flows.ingest import ingest
from flows.lock import hold
from tasks.cluster import Target, connect
from tasks.job import PIPELINE_VERSION

pytestmark = [pytest.mark.flows, pytest.mark.search, pytest.mark.slow]

PAGE = "نشست سران در تهران\n\nسران هفت کشور روز شنبه در تهران گرد هم می‌آیند تا درباره آب گفت‌وگو کنند.\n"
OTHER = "قمة في عمان\n\nيجتمع قادة سبع دول يوم السبت في العاصمة الأردنية عمان لبحث أزمة المياه في المنطقة.\n"


@pytest.fixture
def indexed(installed: Target, folder: Path) -> Target:
    (folder / "نشست.txt").write_text(PAGE, encoding="utf-8")
    (folder / "qimma.txt").write_text(OTHER, encoding="utf-8")
    assert ingest(return_state=True).is_completed()
    return installed


def run(**parameters: Any) -> tuple[State[Audit], Audit]:
    state = audit(**parameters, return_state=True)
    result = state.result(raise_on_failure=False)
    assert isinstance(result, Audit)
    return state, result


def make_old(target: Target) -> None:
    connect(target).update_by_query(
        index=target.documents(),
        query={"term": {"language": "fa"}},
        script={"source": f"ctx._source.pipeline_version = {PIPELINE_VERSION - 1}; ctx._source.body = 'کهنه'"},
        refresh=True,
    )


def body(target: Target) -> str:
    (hit,) = connect(target).search(index=target.documents(), query={"term": {"language": "fa"}})["hits"]["hits"]
    return str(hit["_source"]["body"])


def test_listed_then_mended_then_nothing(indexed: Target) -> None:
    make_old(indexed)
    state, listed = run(mend=False)
    assert (state.name, state.message) == ("Differences", "1 differences, 0 mended")
    assert [(found.kind, found.path) for found in listed.differences] == [("outdated", "نشست.txt")]
    assert body(indexed) == "کهنه"
    state, mended = run()
    assert (state.name, state.message, mended.remaining) == ("Mended", "1 differences, 1 mended", 0)
    assert body(indexed).startswith("سران هفت کشور")
    state, nothing = run()
    assert (state.name, nothing.differences) == ("NothingDiffers", ())


def test_the_differences_are_an_artifact(indexed: Target) -> None:
    make_old(indexed)
    _, result = run()
    wanted = {"artifacts": {"flow_run_id": {"any_": [result.run_id]}, "key": {"any_": ["audit-differences"]}}}
    with get_client(sync_client=True) as client:
        (table,) = client.request("POST", "/artifacts/filter", json=wanted).json()
    (row,) = json.loads(table["data"])
    assert (row["difference"], row["file"], row["mended"]) == ("outdated", "نشست.txt", "yes")


def test_an_emptied_folder_is_not_believed(indexed: Target, folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    state, result = run()
    assert (state.name, result.withheld, result.remaining) == ("NeedsConfirmation", 2, 2)
    assert connect(indexed).count(index=indexed.documents())["count"] == 2


def test_a_busy_folder_is_skipped_when_asked(installed: Target, folder: Path, tmp_path: Path) -> None:
    with hold(tmp_path / "home", folder, wait=False):
        assert audit(if_busy="skip", return_state=True).name == "Skipped"


def test_an_elasticsearch_that_is_down_fails_the_audit_in_words(
    installed: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAFTAR_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    state = audit(return_state=True)
    assert state.is_failed()
    assert "does not answer" in str(state.message)
