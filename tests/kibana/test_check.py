"""The check on a real Elasticsearch with the sample pages in it: green as they are, and red for what is spoilt."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daftar.services.kibana import build_file
from daftar.services.kibana_check import FILLED, ask, check, check_objects
from daftar.services.kibana_requests import Question, is_empty, list_questions
from daftar.services.kibana_structure import read_objects
from mappings import DOCUMENT_FIELDS, LEDGER_FIELDS
from tasks.batch import ingest_files
from tasks.cluster import Target, connect, install
from tasks.document import File
from tasks.errors import Unavailable
from tasks.job import Job

pytestmark = pytest.mark.search

Json = dict[str, Any]


def remove(target: Target) -> None:
    client = connect(target)
    client.indices.delete(index=list(client.indices.get(index=f"{target.prefix}-*", features="aliases")))
    client.indices.delete_index_template(name=f"{target.prefix}-*")


@pytest.fixture(scope="module")
def sample_files(samples: Path) -> list[File]:
    paths = sorted(samples.rglob("*.txt"))
    assert paths
    stats = [(path.relative_to(samples).as_posix(), path.stat()) for path in paths]
    return [File(path, stat.st_size, stat.st_mtime_ns) for path, stat in stats]


@pytest.fixture(scope="module")
def filled(elasticsearch_url: str, samples: Path, sample_files: list[File]) -> Iterator[Target]:
    """The sample pages and one page that cannot be read, as a run leaves them."""
    target = Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")
    install(target)
    ingest_files(Job(str(samples), str(samples), target, "run-1", 1 << 20), sample_files)
    # Under another root, and with a limit that no page is below.
    ingest_files(Job(str(samples), "elsewhere", target, "run-1", 1), sample_files[:1])
    connect(target).indices.refresh(index=f"{target.prefix}-*")
    yield target
    remove(target)


def read(target: Target) -> list[Json]:
    return read_objects(build_file(target.prefix, "http://localhost:8000"))


def answers(target: Target) -> dict[str, tuple[Question, Json]]:
    """Questions and answers by the place without the prefix: `news, people`, `persian`."""
    questions = list_questions(read(target))
    asked = zip(questions, ask(target, questions), strict=True)
    return {question.place.partition(f"{target.prefix}-")[2]: (question, answer) for question, answer in asked}


def test_all_is_well(filled: Target) -> None:
    assert check(filled) == []


def test_nothing_is_refused(filled: Target) -> None:
    assert [place for place, (_, answer) in answers(filled).items() if "error" in answer] == []


def test_panels_show_what_is_there(filled: Target, sample_files: list[File]) -> None:
    found = answers(filled)
    totals = {place: answer["hits"]["total"]["value"] for place, (_, answer) in found.items()}
    persian = sum(Path(file.path).name.startswith("fa-") for file in sample_files)
    assert totals["all"] == len(sample_files)
    assert totals["persian"] == persian
    assert totals["arabic"] == len(sample_files) - persian
    assert totals["quarantine"] == totals["ingest, quarantined"] == totals["ingest, failures"] == 1
    assert totals["changes"] == totals["ingest, files"] == len(sample_files) + 1
    languages = found["news, languages"][1]["aggregations"]["inner"]["buckets"]
    assert {bucket["key"]: bucket["doc_count"] for bucket in languages} == {"fa": persian, "ar": totals["arabic"]}


@pytest.mark.parametrize(
    "place",
    ["news, over_time", "news, months", "news, sources", "ingest, throughput", "ingest, lag", "ingest, dated_by"],
)
def test_panels_are_filled(filled: Target, place: str) -> None:
    assert not is_empty(answers(filled)[place][1])


def test_the_filled_fields_are_fields() -> None:
    assert FILLED <= DOCUMENT_FIELDS | LEDGER_FIELDS


def find_panel(objects: list[Json], dashboard: int, name: str) -> Json:
    return next(panel for panel in objects[dashboard]["attributes"]["panelsJSON"] if panel["panelIndex"] == name)


def column(objects: list[Json], dashboard: int, panel: str, name: str) -> Json:
    config = find_panel(objects, dashboard, panel)["embeddableConfig"]
    return config["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]["layer"]["columns"][name]


def _unknown_field(objects: list[Json]) -> None:
    column(objects, -2, "people", "value")["sourceField"] = "persons"


def _counted_text(objects: list[Json]) -> None:
    column(objects, -2, "people", "value")["sourceField"] = "body"


def _timed_by_word(objects: list[Json]) -> None:
    column(objects, -2, "over_time", "time")["sourceField"] = "published_jalali"


def _calculated_word(objects: list[Json]) -> None:
    column(objects, -2, "most_copied", "max")["sourceField"] = "story_id"


def _unknown_label(objects: list[Json]) -> None:
    objects[0]["attributes"]["fieldAttrs"]["headline"] = {"customLabel": "Headline"}


def _unknown_column(objects: list[Json]) -> None:
    objects[2]["attributes"]["columns"].append("source")


def _wrong_time(objects: list[Json]) -> None:
    objects[1]["attributes"]["timeFieldName"] = "path"


def _no_index(objects: list[Json]) -> None:
    objects[1]["attributes"]["title"] = "nowhere-files"


def _broken_script(objects: list[Json]) -> None:
    objects[1]["attributes"]["runtimeFieldMap"]["lag"]["script"]["source"] = "emit(doc['nowhere'].value)"


def _broken_reference(objects: list[Json]) -> None:
    objects[-1]["references"].clear()


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (_unknown_field, "news, people: needs the field persons, which does not exist"),
        (_counted_text, "news, people: needs body to be counted, but it is text"),
        (_timed_by_word, "news, over_time: needs published_jalali to be timed, but it is keyword"),
        (_calculated_word, "news, most_copied: needs story_id to be calculated, but it is keyword"),
        (_unknown_label, "documents: speaks of the field headline, which does not exist"),
        (_unknown_column, "all: needs the field source, which does not exist"),
        (_wrong_time, "files: takes path for a time"),
        (_no_index, "files: is over nowhere-files, which does not exist"),
        (_broken_script, "ingest, lag: is refused: "),
        (
            _broken_reference,
            "ingest, files: uses the reference indexpattern-datasource-layer-layer, which the dashboard does not have",
        ),
    ],
)
def test_what_is_spoilt_is_found(filled: Target, spoil: Callable[[list[Json]], None], finding: str) -> None:
    objects = read(filled)
    spoil(objects)
    found = [str(problem).partition(f"{filled.prefix}-")[2] for problem in check_objects(filled, objects)]
    assert [problem for problem in found if problem.startswith(finding)]


def test_an_empty_archive_is_said_to_be_one(target: Target) -> None:
    assert [str(finding) for finding in check(target)] == [
        f"{target.prefix}-documents: has no documents; run `daftar ingest` first, then check again",
        f"{target.prefix}-files: has no documents; run `daftar ingest` first, then check again",
    ]


def test_no_archive_at_all(elasticsearch_url: str) -> None:
    target = Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")
    assert [finding.problem for finding in check(target)] == [f"is over {target.documents()}, which does not exist"]


def store(target: Target, **fields: Any) -> None:
    source = {"current": True, "language": "fa", "title": "خبر", "body": "متن", **fields}
    connect(target).index(index=target.documents("fa"), document=source, refresh=True)


def enter(target: Target, moment: str, mtime_ns: int = 0) -> None:
    entry = {"path": "خبر.txt", "status": "indexed", "changed": moment, "attempts": 1, "mtime_ns": mtime_ns}
    connect(target).index(index=target.files, document=entry, refresh=True)


def test_panels_that_should_not_be_empty(target: Target) -> None:
    store(target, **{"@timestamp": "2024-05-01"})
    enter(target, "2024-05-01T00:00:00.000Z")
    empty = {str(finding).partition(f"{target.prefix}-")[2] for finding in check(target)}
    assert empty == {
        f"{place}: is empty and should not be"
        for place in (
            "news, months",
            "news, sources",
            "news, stories",
            "news, keyphrases",
            "news, control month",
            "ingest, languages",
            "ingest, encodings",
            "ingest, dated_by",
        )
    }


def test_the_lag_is_in_seconds(target: Target) -> None:
    # The file was written at 1,714,521,600 seconds, which is 2024-05-01 at midnight.
    enter(target, "2024-05-01T00:01:30.500Z", mtime_ns=1_714_521_600_000_000_000)
    place = f"dashboard {target.prefix}-ingest, lag"
    (lag,) = (question for question in list_questions(read(target)) if question.place == place)
    (answer,) = ask(target, [replace(lag, time_range=None)])
    (minute,) = answer["aggregations"]["inner"]["buckets"]
    assert minute["median"]["values"] == {"50.0": 90.5}
    assert minute["p95"]["values"] == {"95.0": 90.5}


def test_documents_outside_the_years_that_dashboards_show(target: Target) -> None:
    store(target, **{"@timestamp": "1925-12-15"})
    enter(target, "2024-05-01T00:00:00.000Z")
    assert [str(finding) for finding in check(target)] == [
        f"{target.prefix}-documents: has 1 of 1 documents outside 1995-01-01 to now"
    ]


def test_closed_indices_are_not_a_flaw_of_the_objects(own_target: Target) -> None:
    store(own_target, **{"@timestamp": "2024-05-01"})
    questions = list_questions(read(own_target))
    connect(own_target).indices.close(index=f"{own_target.documents('fa')}-000001")
    with pytest.raises(Unavailable, match="cannot search now"):
        ask(own_target, questions)


def test_without_elasticsearch() -> None:
    with pytest.raises(Unavailable):
        check(Target("http://127.0.0.1:9", "daftar"))
